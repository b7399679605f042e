// SPDX-License-Identifier: Apache-2.0
// The rule by which a loader takes key lists.
//
// The list that the running image brings is tried before it is written: the image is verified once
// more, with the keys that would remain. So a list that would lock out the running image waits, and
// nothing but the verifier itself says what a list locks out.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/keyring_priv.h"

enum {
    PIECE = TN_FLASH_UNIT_MAX,  // bytes that one call writes: whole units
};

static void feed(const struct tn_policy *p) {
    if (p->each) {
        p->each(p->ctx);
    }
}

// ---- The area --------------------------------------------------------------------------------

// True if the area begins with these bytes.
static bool holds(const struct tn_area *a, const uint8_t *bytes, uint32_t len) {
    uint8_t now[64];
    uint32_t at = 0;

    while (at < len) {
        uint32_t n = tn_min(len - at, sizeof(now));
        if (tn_area_read(a, at, now, n) || memcmp(now, bytes + at, n) != 0) {
            return false;
        }
        at += n;
    }
    return true;
}

static int erase_half(const struct tn_policy *p, const struct tn_area *a) {
    struct tn_sector sector;
    int rc = 0;

    for (uint32_t off = 0; off < a->size && rc >= 0; off = rc ? off : sector.off + sector.size) {
        rc = tn_area_erase(a, off, &sector);
        feed(p);
    }
    return rc;
}

// Writes the list to one half, unless it is there. The half holds nothing that is needed.
static int write_half(
        const struct tn_policy *p, const struct tn_area *a, const uint8_t *bytes, uint32_t len) {
    if (holds(a, bytes, len)) {
        return 0;
    }
    int err = erase_half(p, a);
    for (uint32_t at = 0; at < len && !err; at += PIECE) {
        err = tn_area_put(a, at, bytes + at, tn_min(len - at, PIECE));
    }
    return err ? err : holds(a, bytes, len) ? 0 : TN_EIO;
}

// Writes the list in k->bytes to both halves, the one in force last: until the first is complete,
// the old list counts.
static int write_both(struct tn_policy *p, uint32_t len) {
    struct tn_keyring *k = p->keyring;
    struct tn_area other = tn_keyring_half(k, k->half ^ 1u);
    struct tn_area current = tn_keyring_half(k, k->half);
    int err = write_half(p, &other, k->bytes, len);

    if (!err) {
        k->half ^= 1;
        write_half(p, &current, k->bytes, len);  // what fails here is repaired at the next boot
    }
    return err;
}

// A cut or a fault has left a half without the list in force: writes it once more.
static void repair(struct tn_policy *p, const struct tn_image_src *running) {
    struct tn_keyring *k = p->keyring;
    struct tn_area good = tn_keyring_half(k, k->half);
    struct tn_area other = tn_keyring_half(k, k->half ^ 1u);
    struct tn_key_list l;

    if (!k->number || tn_keyring_get_current(k, running, &l)) {
        return;
    }
    write_half(p, &other, k->bytes, l.len);
    write_half(p, &good, k->bytes, l.len);  // it is there, unless both were lost
}

// ---- Taking a list ---------------------------------------------------------------------------

// True if the image that is about to run is confirmed, and nothing is requested or under way: a
// plan to run it says the latter, unless a swap has failed.
static bool is_settled(const struct tn_boot *b) {
    enum tn_slot slot = b->plan.place == TN_PLACE_STAGED ? (enum tn_slot)(b->view.loaded - 1)
                                                         : tn_place_slot(b->plan.place);
    struct tn_trailer t;

    tn_trailer_read(b->slots, slot, &t);
    return !b->view.failed && !tn_policy_on_test(&t);
}

// The plan is to run: the memory of its verification is free.
static bool is_genuine_now(const struct tn_policy *p, struct tn_boot *b) {
    tn_boot_source(b, b->plan.place, &b->verify.src);
    tn_verify_begin(&b->verify, b->trust, false);
    do {
        feed(p);
    } while (tn_verify_step(&b->verify) == TN_MORE);
    return tn_verify_result(&b->verify) == TN_GENUINE;
}

static int take(struct tn_policy *p, struct tn_boot *b, const struct tn_key_list *l) {
    struct tn_keyring *k = p->keyring;
    uint32_t before = k->revoked;

    tn_keyring_use(k, tn_keyring_revoked_by(k, l));
    int err = is_genuine_now(p, b) ? write_both(p, l->len) : TN_EBUSY;
    if (err) {
        tn_keyring_use(k, before);
        return err;
    }
    k->number = l->number;
    return 0;
}

static int start(struct tn_policy *p, struct tn_boot *b) {
    struct tn_keyring *k = p->keyring;
    struct tn_image_src src;
    struct tn_key_list l;

    if (!k->area || b->next || b->slots->image) {
        return 0;
    }
    tn_boot_source(b, b->plan.place, &src);
    repair(p, &src);
    int err = is_settled(b) ? tn_keyring_get_next(k, &src, &l) : TN_ENOENT;
    if (!err) {
        err = take(p, b, &l);
    }
    k->waits = err == TN_ENOENT || err == TN_EDOWNGRADE ? 0 : err;
    // After the area: a number that is lost with the power is raised at the next boot.
    uint32_t least;
    if (k->least && !k->least->read(k->least, &least) && least < k->number) {
        k->least->raise(k->least, k->number);
    }
    return 0;
}

static int end(struct tn_policy *p, struct tn_boot *b) {
    struct tn_image_src src;

    if (b->plan.action != TN_PLAN_VERIFY || b->reason[b->plan.place] != TN_EKEY) {
        return 0;
    }
    tn_boot_source(b, b->plan.place, &src);
    if (tn_keyring_has_revoked(p->keyring, &src)) {
        b->reason[b->plan.place] = TN_EREVOKED;
    }
    return 0;
}

const struct tn_rule tn_take_key_lists = {
        .at = {[TN_AT_END] = end, [TN_AT_START] = start},
};
