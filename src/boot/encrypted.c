// SPDX-License-Identifier: Apache-2.0
#include "boot/encrypted.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/layout_priv.h"
#include "boot/swap_priv.h"
#include "crypto/wipe.h"

// Images of a swap.
enum {
    LEAVES,  // the primary slot
    COMES,
};

static bool is_encrypted(const struct tn_image_hdr *h) {
    return (h->flags & TN_IMAGE_ENCRYPTED) != 0;
}

// A swap writes the wrapped key to a cell of the trailer: 0 if it fits.
static int check_cell(
        const struct tn_boot *b, const struct tn_image_src *src, const struct tn_image_hdr *hdr) {
    struct tn_tlv tlv;

    if (!b->slots->layout->reverts || b->slots->plain_keys) {
        return 0;
    }
    int err = tn_image_find_key(b->crypt->secrets, src, hdr, &tlv);
    return !err && tlv.len > b->slots->key_cell ? TN_ESIZE : err;
}

// What a test takes out of the primary slot has to be encrypted, for the way back: 0 if it can be.
static int check_running(struct tn_boot *b) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    if (tn_boot_next(&b->view.pri, &b->view.sec, b->slots->layout) != TN_SWAP_TEST) {
        return 0;
    }
    tn_slots_source(b->slots, TN_RUNNING, &src);
    return tn_image_open(&src, &hdr) || !is_encrypted(&hdr)
            ? 0
            : tn_image_get_key(b->crypt->secrets, &src, &hdr, &b->crypt->key[LEAVES]);
}

// What runs, and what was loaded to RAM, is in the clear form.
static int try_open(struct tn_boot *b, enum tn_place place) {
    struct tn_image_src *src = &b->verify.src;
    struct tn_image_hdr hdr;
    int err = tn_image_open(src, &hdr);

    if (err || !is_encrypted(&hdr)) {
        return 0;  // the verification tells what is wrong
    }
    if (place == TN_RUNNING || b->slots->ram) {
        return 0;
    }
    err = check_cell(b, src, &hdr);
    return err ? err : tn_image_decrypt(&b->crypt->opened, b->crypt->secrets, src);
}

static int read_error(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    const struct tn_crypt *c = src->ctx;

    (void)off, (void)buf, (void)len;
    return c->error;
}

// An image that cannot be decrypted cannot be read: so the verification ends with the reason.
static int begin_verify(struct tn_boot *b) {
    struct tn_crypt *c = b->crypt;
    struct tn_image_src *src = &b->verify.src;

    tn_boot_source(b, b->plan.place, src);
    c->error = try_open(b, b->plan.place);
    if (!c->error && b->plan.place == TN_CANDIDATE && b->slots->layout->reverts) {
        c->error = check_running(b);
    }
    if (c->error) {
        src->read = read_error;
        src->ctx = c;
    }
    tn_verify_begin(&b->verify, b->trust, false);
    return TN_MORE;
}

void tn_crypt_end(struct tn_crypt *c) {
    tn_wipe(&c->opened, sizeof(c->opened));
    tn_wipe(c->key, sizeof(c->key));
}

// ---- Where the images of a swap are now ------------------------------------------------------

// Where a byte of an image is: each copy that was done has moved it on. len: bytes from there on
// that lie together.
struct spot {
    const struct tn_area *area;
    uint32_t off;
    uint32_t len;
};

static void move_on(struct spot *at, const struct tn_move *m) {
    if (m->from != at->area) {
        return;
    }
    uint32_t into = at->off - m->from_off;  // far above any length, where it lies below
    if (into < m->len) {
        at->area = m->to;
        at->off = m->to_off + into;
        at->len = tn_min(at->len, m->len - into);
    } else if (at->off < m->from_off) {
        at->len = tn_min(at->len, m->from_off - at->off);
    }
}

static void follow(const struct tn_boot *b, struct spot *at) {
    struct tn_swap w = b->swap;
    struct tn_move m;

    for (w.record = 0; b->strategy->move && w.record < b->swap.record; w.record++) {
        w.region[1] = 0;  // it is that of another record
        if (b->strategy->move(&w, b->slots, &m)) {
            move_on(at, &m);
        }
    }
}

// Converts bytes of an image; where there is no key, nothing is left of them.
static void convert(const struct tn_crypt *c, uint32_t nth, uint32_t off, uint8_t *buf,
        uint32_t len, uint8_t erased) {
    const struct tn_image_key *key = &c->key[nth];

    if (key->len) {
        tn_image_convert(c->secrets, key, off, buf, len);
        return;
    }
    uint32_t from = tn_max(off, key->begin);
    uint32_t to = tn_min(off + len, key->end);
    if (from < to) {
        memset(buf + (from - off), erased, to - from);
    }
}

// Reads the image of a swap wherever its parts are. src->place is the place that it had before.
// is_clear: of the image that leaves, and what was encrypted on its way is decrypted.
static int read_parts(
        const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len, bool is_clear) {
    const struct tn_boot *b = src->ctx;
    int err = 0;

    for (uint8_t *p = buf; len && !err;) {
        struct spot at = {src->area, src->off + off, len};
        follow(b, &at);
        err = tn_area_read(at.area, at.off, p, at.len);
        if (is_clear && at.area != &b->slots->area[TN_PRIMARY]) {
            convert(b->crypt, LEAVES, off, p, at.len, 0);
        }
        p += at.len;
        off += at.len;
        len -= at.len;
    }
    return err;
}

static int read_moved(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    return read_parts(src, off, buf, len, false);
}

static int read_clear(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    return read_parts(src, off, buf, len, true);
}

static void source_of(const struct tn_boot *b, uint32_t nth, struct tn_image_src *ret) {
    tn_slots_source(b->slots, nth == LEAVES ? TN_RUNNING : b->plan.place, ret);
    ret->read = read_moved;
    ret->ctx = b;
}

// ---- Keys --------------------------------------------------------------------------------

// The cell for this image's key, behind the status records.
static uint32_t cell_off(const struct tn_slots *s, enum tn_slot slot, uint32_t nth) {
    uint32_t unit = s->area[TN_PRIMARY].flash->prog_unit;

    return tn_trailer_off(s, slot) + (uint32_t)s->max_sectors * s->layout->records * unit +
            (nth == LEAVES ? s->key_cell : 0u);
}

// What the cell holds: the key as it is, or the TLV with it. ret: TN_WRAP_MAX bytes.
static int get_cell(const struct tn_boot *b, uint32_t nth, uint8_t *ret, uint32_t *ret_len) {
    const struct tn_slots *s = b->slots;
    const struct tn_image_key *key = &b->crypt->key[nth];
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_tlv tlv;

    if (s->plain_keys) {
        *ret_len = tn_min(key->len, s->key_cell);
        memcpy(ret, key->bytes, *ret_len);
        return 0;
    }
    source_of(b, nth, &src);
    int err = tn_image_open(&src, &hdr);
    if (!err) {
        err = tn_image_find_key(b->crypt->secrets, &src, &hdr, &tlv);
    }
    if (err) {
        return err;
    }
    *ret_len = tlv.len;
    return tlv.len <= s->key_cell ? tn_image_get(&src, tlv.off, ret, tlv.len) : TN_ESIZE;
}

// Gets one image's key. Where the image that leaves has none, its payload is not copied; and where
// there is no image, nothing is.
static int get_key(struct tn_boot *b, uint32_t nth) {
    struct tn_crypt *c = b->crypt;
    struct tn_image_key *key = &c->key[nth];
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    if (nth == LEAVES && key->len) {
        return 0;  // check_running got it
    }
    tn_wipe(key, sizeof(*key));
    source_of(b, nth, &src);
    int err = tn_image_open(&src, &hdr);
    if (err) {
        key->end = nth == LEAVES ? UINT32_MAX : 0;
        return 0;
    }
    err = is_encrypted(&hdr) ? tn_image_get_key(c->secrets, &src, &hdr, key) : 0;
    return nth == COMES ? err : 0;
}

static bool has_key_in(const struct tn_boot *b, enum tn_slot slot) {
    const struct tn_slots *s = b->slots;
    uint8_t announced[TN_WRAP_MAX];
    uint8_t data[TN_WRAP_MAX];
    uint32_t len;

    return !get_cell(b, LEAVES, data, &len) &&
            !tn_area_read(&s->area[slot], cell_off(s, slot, LEAVES), announced, len) &&
            !memcmp(announced, data, len);
}

// True if the image that leaves has the key that the swap was announced with. While a strategy has
// the first region in scratch, the trailer there is the one that tells, and has no key in clear.
static bool has_announced_key(const struct tn_boot *b) {
    bool in_scratch = b->strategy->source && b->swap.record <= TN_REGION_RECORDS;

    return !b->crypt->key[LEAVES].len || has_key_in(b, TN_PRIMARY) ||
            (in_scratch && (b->slots->plain_keys || has_key_in(b, TN_SCRATCH)));
}

// A swap that is resumed finds the beginning or the end of the image that leaves in spare flash,
// where anyone may have written while power was off: flags, lengths or a key by which the rest
// would leave the primary slot in a form that they can read. So it is verified where its parts are;
// and its key, which no signature covers, has to be the one that was announced. TN_MORE, or 0.
static int verify_moved(struct tn_boot *b) {
    struct tn_crypt *c = b->crypt;
    struct tn_verify *v = &c->running;

    if (!b->swap.verifies) {
        b->swap.verifies = true;
        source_of(b, LEAVES, &v->src);
        v->src.read = read_clear;
        tn_verify_begin(v, b->trust, false);
    }
    if (tn_verify_step(v) == TN_MORE) {
        return TN_MORE;
    }
    if (tn_verify_result(v) != TN_GENUINE || !has_announced_key(b)) {
        tn_wipe(&c->key[LEAVES], sizeof(c->key[LEAVES]));
        c->key[LEAVES].end = UINT32_MAX;
    }
    return 0;
}

// Before a swap begins, the running image is verified. What is not genuine may hold anything: clear
// bytes of an image behind another one's header, or erased bytes, which encryption would turn into
// the key's stream. So its header is erased, and a swap, even one that is resumed, takes nothing of
// it along. TN_MORE; 0: done; or an error.
static int verify_running(struct tn_boot *b) {
    struct tn_verify *v = &b->crypt->running;
    struct tn_sector first;

    if (b->view.verdict[TN_RUNNING] == TN_GENUINE) {
        return 0;
    }
    if (!b->swap.verifies) {
        b->swap.verifies = true;
        tn_slots_source(b->slots, TN_RUNNING, &v->src);
        tn_verify_begin(v, b->trust, false);
    }
    if (tn_verify_step(v) == TN_MORE) {
        return TN_MORE;
    }
    if (tn_verify_result(v) == TN_GENUINE) {
        return 0;
    }
    tn_wipe(&b->crypt->key[LEAVES], sizeof(b->crypt->key[LEAVES]));
    return tn_image_open(&v->src, &v->hdr) ? 0 : tn_area_erase(v->src.area, 0, &first);
}

enum {
    VERIFY,
    BEGIN,
    GET_LEAVES,
    VERIFY_MOVED,
    GET_COMES,
};

// One step of what goes before a swap's own. TN_MORE; 0: all is done; or an error.
static int prepare_swap(struct tn_boot *b) {
    struct tn_crypt *c = b->crypt;
    uint32_t at = b->swap.prepared;
    bool swaps = b->slots->layout->reverts;
    int rc = 0;

    switch (at) {
    case VERIFY:
        c->slots = b->slots;
        rc = swaps && !b->view.moved ? verify_running(b) : 0;
        break;
    case BEGIN:
        memset(&b->swap, 0, sizeof(b->swap));
        rc = b->strategy->begin(b);
        break;
    case GET_LEAVES:
        rc = swaps ? get_key(b, LEAVES) : 0;
        break;
    case VERIFY_MOVED:
        rc = swaps && b->view.moved ? verify_moved(b) : 0;
        break;
    case GET_COMES:
        rc = get_key(b, COMES);
        b->swap.crypt = c->key[LEAVES].end || c->key[COMES].end ? c : NULL;
        break;
    default:
        return 0;
    }
    b->swap.prepared = at + !rc;
    return rc < 0 ? rc : TN_MORE;
}

static int prepare(struct tn_boot *b) {
    switch (b->plan.action) {
    case TN_PLAN_VERIFY:
        return b->busy ? 0 : begin_verify(b);
    case TN_PLAN_SWAP:
        return prepare_swap(b);
    default:
        return 0;
    }
}

// ---- Copies ------------------------------------------------------------------------------

static int read_through(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    const struct tn_crypt *c = f->ctx;
    int err = c->under->ops->read(c->under, off, buf, len);

    if (!err) {
        convert(c, c->nth, off - c->shift, buf, len, c->to_erased);
    }
    return err;
}

static void through(struct tn_crypt *c, struct tn_move *m) {
    static const struct tn_flash_ops ops = {.read = read_through};
    const struct tn_area *primary = &c->slots->area[TN_PRIMARY];

    if ((m->to == primary) == (m->from == primary)) {
        return;
    }
    // Where in its image the stretch lies: an image that a strategy moves up, or puts one sector
    // in, lies at its own place at the other end.
    uint32_t off =
            m->from == &c->slots->area[TN_SCRATCH] ? m->to_off : tn_min(m->from_off, m->to_off);
    c->nth = m->to == primary ? COMES : LEAVES;
    c->to_erased = m->to->flash->erased;
    c->shift = m->from->off + m->from_off - off;
    c->under = m->from->flash;
    c->flash = *c->under;
    c->flash.ops = &ops;
    c->flash.ctx = c;
    c->area = *m->from;
    c->area.flash = &c->flash;
    m->from = &c->area;
}

static void load(const struct tn_crypt *c, uint32_t off, uint8_t *buf, uint32_t len) {
    convert(c, COMES, off, buf, len, 0);
}

// ---- The trailer's cells -----------------------------------------------------------------

static int put_key(const struct tn_boot *b, enum tn_slot slot, uint32_t nth) {
    const struct tn_slots *s = b->slots;
    uint8_t data[TN_WRAP_MAX];
    uint32_t len;

    // A key in clear stays in the primary slot.
    if (!b->crypt->key[nth].len || (s->plain_keys && slot != TN_PRIMARY)) {
        return 0;
    }
    int err = get_cell(b, nth, data, &len);
    return err ? err : tn_area_put(&s->area[slot], cell_off(s, slot, nth), data, len);
}

static int announce(const struct tn_boot *b, enum tn_slot slot) {
    int err = put_key(b, slot, LEAVES);

    return err ? err : put_key(b, slot, COMES);
}

const struct tn_crypt_ops tn_encrypted = {
        .prepare = prepare,
        .through = through,
        .announce = announce,
        .load = load,
};
