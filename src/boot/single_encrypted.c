// SPDX-License-Identifier: Apache-2.0
// The journal has two cells for each sector of the slot: COPIED, set when scratch holds the sector
// as it was, and DONE, set when the slot holds its clear form. Conversion goes from the last sector
// of the payload down, so the lowest sector with a cell tells how far it is:
//
//     slot     | encrypted | sector: in scratch, and perhaps erased | clear |
//                                                                   ^ clear_from
//
// A torn cell counts as set: what it tells was complete before. What both areas say is only
// believed if the image that they make up is genuine. Otherwise the journal is of another image: it
// is erased.
#include "boot/single_encrypted.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/boot.h"
#include "crypto/wipe.h"

enum {
    CHUNK = TN_FLASH_UNIT_MAX,  // bytes that one step copies
};

enum cell {
    COPIED,
    DONE,
};

// Of b->swap.
enum phase {
    NEXT,
    ERASE_COPY,
    COPY,
    SET_COPIED,
    ERASE,
    WRITE,
    SET_DONE,
    FORGET,  // erases the journal
};

// ---- The scratch area --------------------------------------------------------------------------

static uint32_t largest_sector(const struct tn_area *a) {
    struct tn_sector sector;
    uint32_t most = 0;

    for (uint32_t off = 0; !tn_area_sector(a, off, &sector); off = sector.off + sector.size) {
        most = tn_max(most, sector.size);
    }
    return most;
}

static uint32_t count_sectors(const struct tn_area *a) {
    struct tn_sector sector;
    uint32_t n = 0;

    for (uint32_t off = 0; !tn_area_sector(a, off, &sector); off = sector.off + sector.size) {
        n++;
    }
    return n;
}

uint32_t tn_single_scratch_size(const struct tn_slots *s, uint32_t sector) {
    const struct tn_area *a = &s->area[TN_PRIMARY];

    return tn_round_up(largest_sector(a), sector) +
            tn_round_up(2 * count_sectors(a) * a->flash->prog_unit, sector);
}

// Where the journal begins: behind the whole sectors for the copy.
static uint32_t journal_off(const struct tn_slots *s) {
    uint32_t size = largest_sector(&s->area[TN_PRIMARY]);
    struct tn_sector sector = {0};

    while (sector.off + sector.size < size &&
            !tn_area_sector(&s->area[TN_SCRATCH], sector.off + sector.size, &sector)) {
    }
    return sector.off + sector.size;
}

static uint32_t cell_at(const struct tn_slots *s, uint32_t journal, uint32_t nth, enum cell which) {
    return journal + (2 * nth + which) * s->area[TN_SCRATCH].flash->prog_unit;
}

static bool is_set(const struct tn_slots *s, uint32_t journal, uint32_t nth, enum cell which) {
    const struct tn_area *a = &s->area[TN_SCRATCH];

    return !tn_area_is_erased(a, cell_at(s, journal, nth, which), a->flash->prog_unit);
}

static int set(const struct tn_boot *b, enum cell which) {
    const struct tn_slots *s = b->slots;
    struct tn_sector sector = {0};
    uint32_t nth = 0;

    for (uint32_t off = 0;
            !tn_area_sector(&s->area[TN_PRIMARY], off, &sector) && sector.off < b->swap.record;
            off = sector.off + sector.size) {
        nth++;
    }
    uint8_t done = (uint8_t)~s->area[TN_SCRATCH].flash->erased;
    return tn_area_put(
            &s->area[TN_SCRATCH], cell_at(s, journal_off(s), nth, which), &done, sizeof(done));
}

// ---- Look and decide ---------------------------------------------------------------------------

static void look(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    const struct tn_area *a = &s->area[TN_PRIMARY];
    uint32_t journal = journal_off(s);
    struct tn_crypt *c = b->crypt;
    struct tn_sector sector;

    c->slots = s;
    c->in_scratch = 0;
    c->clear_from = a->size;
    b->view.moved = false;
    b->view.verdict[TN_CANDIDATE] = TN_BAD;  // there is no spare slot
    for (uint32_t off = 0, nth = 0; !b->view.moved && !tn_area_sector(a, off, &sector); nth++) {
        off = sector.off + sector.size;
        if (is_set(s, journal, nth, COPIED)) {
            b->view.moved = true;
            c->in_scratch = !is_set(s, journal, nth, DONE);
            c->clear_from = c->in_scratch ? off : sector.off;
        }
    }
}

// TN_PLACE_STAGED is the image that the slot will hold. A plan to swap it decrypts; one with
// TN_RUNNING erases a journal that is of no use.
static void decide(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    uint32_t running = v->verdict[TN_RUNNING];
    uint32_t staged = v->verdict[TN_PLACE_STAGED];

    ret->type = TN_SWAP_PERM;
    if (!v->failed && (v->moved || (!v->recovery && running == TN_BAD))) {
        ret->place = TN_PLACE_STAGED;
        ret->action = staged == TN_GENUINE ? TN_PLAN_SWAP : TN_PLAN_VERIFY;
        if (staged != TN_BAD) {
            return;
        }
        ret->place = TN_RUNNING;
        ret->action = TN_PLAN_SWAP;
        if (v->moved) {
            return;
        }
    }
    ret->type = TN_SWAP_NONE;
    ret->place = TN_RUNNING;
    ret->action = TN_PLAN_RECOVER;
    if (!v->recovery && running != TN_BAD) {
        ret->action = running == TN_GENUINE ? TN_PLAN_RUN : TN_PLAN_VERIFY;
    }
}

// ---- The image that the slot will hold ---------------------------------------------------------

static void source(const struct tn_slots *s, struct tn_image_src *ret) {
    ret->area = &s->area[TN_PRIMARY];
    ret->addr = s->addr[TN_PRIMARY];
    ret->limit = tn_trailer_off(s, TN_PRIMARY);
}

// Reads up to len bytes that lie together, as they are clear. Returns their number or an error.
static int read_piece(const struct tn_crypt *c, uint32_t off, uint8_t *buf, uint32_t len) {
    const struct tn_area *from = &c->slots->area[TN_PRIMARY];
    struct tn_sector copied = {c->clear_from, 0};
    uint32_t at = off;

    if (off >= c->clear_from) {
        int err = tn_area_read(from, off, buf, len);
        return err ? err : (int)len;
    }
    if (c->in_scratch) {
        tn_area_sector(from, c->clear_from - 1, &copied);
    }
    len = tn_min(len, (off < copied.off ? copied.off : c->clear_from) - off);
    if (off >= copied.off) {
        from = &c->slots->area[TN_SCRATCH];
        at = off - copied.off;
    }
    int err = tn_area_read(from, at, buf, len);
    tn_image_convert(c->secrets, &c->key[0], off, buf, len);
    return err ? err : (int)len;
}

static int read_clear(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    uint8_t *p = buf;
    int n = 1;

    while (len && n > 0) {
        n = read_piece(src->ctx, off, p, len);
        if (n > 0) {
            p += n;
            off += (uint32_t)n;
            len -= (uint32_t)n;
        }
    }
    return n < 0 ? n : 0;
}

static int read_error(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    const struct tn_crypt *c = src->ctx;

    (void)off, (void)buf, (void)len;
    return c->error;
}

static int prepare(struct tn_boot *b) {
    struct tn_crypt *c = b->crypt;
    struct tn_image_src *src = &b->verify.src;
    struct tn_image_hdr hdr;

    if (b->busy || b->plan.action != TN_PLAN_VERIFY || b->plan.place != TN_PLACE_STAGED) {
        return 0;
    }
    tn_wipe(&c->key[0], sizeof(c->key[0]));
    tn_boot_source(b, TN_PLACE_STAGED, src);
    src->read = read_clear;
    src->ctx = c;
    c->error = 0;
    if (!tn_image_open(src, &hdr) && (hdr.flags & TN_IMAGE_ENCRYPTED)) {
        c->error = tn_image_get_key(c->secrets, src, &hdr, &c->key[0]);
    }
    if (c->error) {
        src->read = read_error;
    }
    tn_verify_begin(&b->verify, b->trust, false);
    return TN_MORE;
}

const struct tn_crypt_ops tn_encrypted_single = {.prepare = prepare};

// ---- Conversion --------------------------------------------------------------------------------

static int go(struct tn_swap *w, enum phase next) {
    w->phase = next;
    w->pos = 0;
    return TN_MORE;
}

static int begin(struct tn_boot *b) {
    go(&b->swap, b->plan.place == TN_PLACE_STAGED ? NEXT : FORGET);
    return 0;
}

static int choose_sector(struct tn_boot *b) {
    struct tn_crypt *c = b->crypt;
    struct tn_swap *w = &b->swap;
    struct tn_sector sector;
    uint32_t end = c->in_scratch ? c->clear_from : tn_min(c->clear_from, c->key[0].end);

    if (!end) {
        return go(w, FORGET);
    }
    int err = tn_area_sector(&b->slots->area[TN_PRIMARY], end - 1, &sector);
    if (err) {
        return err;
    }
    w->record = sector.off;
    w->sector = sector.size;
    return go(w, c->in_scratch ? ERASE : ERASE_COPY);
}

// Erases one sector, of those of an area that hold bytes from w->pos up to end. TN_MORE, 0 or an
// error.
static int erase_next(struct tn_swap *w, const struct tn_area *a, uint32_t end) {
    struct tn_sector sector;

    if (w->pos >= end) {
        return 0;
    }
    int rc = tn_area_erase(a, w->pos, &sector);
    if (!rc) {
        w->pos = sector.off + sector.size;
    }
    return rc < 0 ? rc : TN_MORE;
}

// Copies a chunk of the sector, between slot and scratch. TN_MORE, 0 or an error.
static int copy_next(struct tn_boot *b, bool to_slot) {
    const struct tn_area *slot = &b->slots->area[TN_PRIMARY];
    const struct tn_area *scratch = &b->slots->area[TN_SCRATCH];
    struct tn_swap *w = &b->swap;
    uint8_t buf[CHUNK];
    uint32_t n = tn_min(w->sector - w->pos, sizeof(buf));
    uint32_t at = w->record + w->pos;

    if (!n) {
        return 0;
    }
    int err = to_slot ? tn_area_read(scratch, w->pos, buf, n) : tn_area_read(slot, at, buf, n);
    if (to_slot) {
        tn_image_convert(b->crypt->secrets, &b->crypt->key[0], at, buf, n);
    }
    uint32_t erased = 0;
    while (erased < n && buf[erased] == slot->flash->erased) {
        erased++;
    }
    if (!err && erased < n) {
        err = to_slot ? tn_area_prog(slot, at, buf, n) : tn_area_prog(scratch, w->pos, buf, n);
    }
    w->pos += n;
    return err ? err : TN_MORE;
}

static int set_copied(struct tn_boot *b) {
    struct tn_swap *w = &b->swap;

    if (!tn_area_is_equal(&b->slots->area[TN_PRIMARY], w->record, &b->slots->area[TN_SCRATCH], 0,
                w->sector)) {
        return TN_EIO;
    }
    int err = set(b, COPIED);
    return err ? err : go(w, ERASE);
}

static int set_done(struct tn_boot *b) {
    int err = set(b, DONE);

    b->crypt->in_scratch = 0;
    b->crypt->clear_from = b->swap.record;
    return err ? err : go(&b->swap, NEXT);
}

static int end(struct tn_boot *b) {
    bool is_converted = b->plan.place == TN_PLACE_STAGED;

    b->view.swapped = is_converted;
    b->view.verdict[TN_RUNNING] = TN_UNKNOWN;
    b->view.verdict[TN_PLACE_STAGED] = is_converted ? TN_BAD : TN_UNKNOWN;
    tn_wipe(&b->crypt->key[0], sizeof(b->crypt->key[0]));
    return 0;
}

// A phase that is done names its successor.
static int step(struct tn_boot *b) {
    const struct tn_area *scratch = &b->slots->area[TN_SCRATCH];
    struct tn_swap *w = &b->swap;
    int rc = 0;

    switch ((enum phase)w->phase) {
    case NEXT:
        return choose_sector(b);
    case ERASE_COPY:
        rc = erase_next(w, scratch, w->sector);
        return rc ? rc : go(w, COPY);
    case COPY:
        rc = copy_next(b, false);
        return rc ? rc : go(w, SET_COPIED);
    case SET_COPIED:
        return set_copied(b);
    case ERASE:
        w->pos = tn_max(w->pos, w->record);
        rc = erase_next(w, &b->slots->area[TN_PRIMARY], w->record + w->sector);
        return rc ? rc : go(w, WRITE);
    case WRITE:
        rc = copy_next(b, true);
        return rc ? rc : go(w, SET_DONE);
    case SET_DONE:
        return set_done(b);
    case FORGET:
        w->pos = tn_max(w->pos, journal_off(b->slots));
        rc = erase_next(w, scratch, scratch->size);
        return rc ? rc : end(b);
    }
    return TN_ESTATE;
}

const struct tn_strategy tn_single_slot_encrypted = {
        .layout = &tn_layout_single_slot,
        .source = source,
        .look = look,
        .decide = decide,
        .begin = begin,
        .step = step,
};
