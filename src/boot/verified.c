// SPDX-License-Identifier: Apache-2.0
// The mark is looked at where a signature would be checked, and nowhere else. So the hash was
// computed, the image names a key that is trusted now, and a row checks signatures of its kind:
// only the arithmetic is left out.
//
// No single skipped instruction may make a mark of what is none (./run skips): the comparison is
// made twice, each time with what is read anew into cleared memory, since an image's author chose
// the bytes that were there before.
#include "boot/verified.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/keyring.h"

// Places in the mark.
enum {
    FORMAT = 0,    // "TnV" and the format's number
    PLACE = 4,     // enum tn_place
    HASH = 6,      // type of the hash's TLV
    NUMBER = 8,    // of the key list in force
    REVOKED = 12,  // the built-in keys that it revokes, as bits
    KEY = 16,      // SHA-256 of the key, as in KEYHASH
    DIGEST = 48,   // the image's hash; zeros behind it
};

_Static_assert((int)DIGEST + (int)TN_HASH_MAX == (int)TN_VERIFIED_LEN, "the longest hash fits");
_Static_assert((int)TN_VERIFIED_LEN <= (int)TN_VERIFY_STEP, "the image's buffer holds a mark");

// ---- The mark in flash -------------------------------------------------------------------------

// TN_GENUINE if the area holds this mark. buf: TN_VERIFIED_LEN bytes, which are overwritten.
static uint32_t compare(const struct tn_verified *m, uint8_t *buf) {
    memset(buf, 0, TN_VERIFIED_LEN);
    if (tn_area_read(m->area, 0, buf, TN_VERIFIED_LEN)) {
        return 0;
    }
    return tn_genuine_if(memcmp(buf, m->expected, TN_VERIFIED_LEN) == 0);
}

static void erase(const struct tn_area *a, const struct tn_policy *p) {
    struct tn_sector sector = {0};
    int rc = 0;

    for (uint32_t off = 0; off < TN_VERIFIED_LEN && rc >= 0;
            off = rc ? off : sector.off + sector.size) {
        rc = tn_area_erase(a, off, &sector);
        if (p && p->each) {
            p->each(p->ctx);
        }
    }
}

// What cannot be erased does no harm: it is the mark of another image, or of nothing.
static void void_mark(const struct tn_verified *m, const struct tn_policy *p) {
    if (!m->is_locked && !tn_area_is_erased(m->area, 0, TN_VERIFIED_LEN)) {
        erase(m->area, p);
    }
}

// ---- Where signatures are checked --------------------------------------------------------------

static bool has_row(const struct tn_verify *v, uint16_t type) {
    const struct tn_trust *trust = v->trust;
    size_t i = 0;

    if (v->pure) {
        const struct tn_pure_alg *pure = trust->other->pure;
        return v->pure == TN_PURE_MARKED && pure && pure->tlv == type && pure->kind == v->key->kind;
    }
    while (i < trust->nalgs &&
            (trust->algs[i]->tlv != type || trust->algs[i]->kind != v->key->kind)) {
        i++;
    }
    return i < trust->nalgs;
}

// What the keyring may change within a boot.
static void expect_list(struct tn_verified *m) {
    const struct tn_keyring *k = m->keyring;

    tn_put_le32(m->expected + NUMBER, k ? k->number : 0);
    tn_put_le32(m->expected + REVOKED, k ? k->revoked : 0);
}

// The mark that this image would have.
static void expect(struct tn_verified *m, struct tn_verify *v) {
    uint8_t *to = m->expected;

    memset(to, 0, TN_VERIFIED_LEN);
    memcpy(to + FORMAT, "TnV\1", 4);
    tn_put_le16(to + PLACE, (uint16_t)v->src.place);
    tn_put_le16(to + HASH, v->hash.alg->tlv);
    expect_list(m);
    memcpy(to + KEY, v->key->hash, TN_HASH_LEN);
    memcpy(to + DIGEST, tn_verify_digest(v), v->hash.alg->len);
}

int tn_verified_look_at(struct tn_verify *v, const struct tn_tlv *tlv) {
    struct tn_verified *m = (struct tn_verified *)v->trust->other;

    if (m->is_armed && v->src.place == m->place && v->key && has_row(v, tlv->type)) {
        expect(m, v);
        m->has_expected = true;
        m->was_checked = true;
        uint32_t first = compare(m, v->buf);
        uint32_t verdict = first & compare(m, v->buf);
        // The result is copied, as that of a signature is: no branch makes TN_GENUINE.
        if (verdict == TN_GENUINE) {
            v->error = TN_ESIG;
            v->sig_ok = verdict;
            v->key = NULL;
            m->was_checked = false;
            return TN_MORE;
        }
    }
    return m->then ? m->then(v, tlv) : 0;
}

// ---- The rule ----------------------------------------------------------------------------------

// NULL: the program's trust has none, or there are several images.
static struct tn_verified *verified_of(const struct tn_boot *b) {
    const struct tn_other_keys *other = b->trust->other;

    return other && other->look_at == tn_verified_look_at && !b->next && !b->slots->image
            ? (struct tn_verified *)other
            : NULL;
}

// RAM load's plan to load is the one that changes no image.
static int begin(struct tn_policy *p, struct tn_boot *b) {
    struct tn_verified *m = verified_of(b);

    if (m && b->plan.action == TN_PLAN_VERIFY) {
        memset(m->expected, 0, sizeof(m->expected));
        m->has_expected = false;
        m->place = b->plan.place;
        m->is_armed = true;
    } else if (m && (b->plan.action == TN_PLAN_DISCARD || b->plan.type != TN_SWAP_NONE)) {
        void_mark(m, p);
    }
    return 0;
}

static int end(struct tn_policy *p, struct tn_boot *b) {
    struct tn_verified *m = verified_of(b);

    (void)p;
    if (m) {
        m->is_armed = false;
        m->has_expected = m->has_expected && b->view.verdict[m->place] == TN_GENUINE;
    }
    return 0;
}

static void write_mark(struct tn_verified *m, const struct tn_policy *p) {
    uint8_t buf[TN_VERIFIED_LEN];

    expect_list(m);
    if (compare(m, buf) != TN_GENUINE) {
        void_mark(m, p);
        tn_area_put(m->area, 0, m->expected, TN_VERIFIED_LEN);
    }
}

static int start(struct tn_policy *p, struct tn_boot *b) {
    struct tn_verified *m = verified_of(b);

    if (!m) {
        return 0;
    }
    const volatile uint32_t *verdict = &b->view.verdict[b->plan.place];
    if (m->has_expected && m->was_checked && m->place == b->plan.place && *verdict == TN_GENUINE &&
            *verdict == TN_GENUINE) {
        write_mark(m, p);
    }
    if (m->lock()) {
        void_mark(m, p);
    } else {
        m->is_locked = true;
    }
    return 0;
}

const struct tn_rule tn_mark_verified = {
        .at = {[TN_AT_BEGIN] = begin, [TN_AT_END] = end, [TN_AT_START] = start},
};

void tn_verified_close(struct tn_verified *m) {
    m->is_armed = false;
    void_mark(m, NULL);
    m->is_locked = !m->lock();
}
