// SPDX-License-Identifier: Apache-2.0
// Swap using scratch, as MCUboot does it, for slots whose sectors are of several sizes.
//
// The slots are cut into regions, from the end of the larger image down: the most that fits the
// scratch area and ends with a sector in both. Each region goes S -> scratch, P -> S, scratch -> P,
// one status record behind each. While the primary's trailer is written, scratch holds one too, so
// that the kind of swap is never lost. If the last region shares a sector with the trailer, the
// first two records lie in scratch, and the primary's trailer follows the region's data.
//
// Which of the two trailers is right after a cut in the erase of scratch, its contents do not say
// where the erase can tear: then the image decides, put together from the spare slot and scratch
// (TN_PLACE_STAGED). If it is genuine, scratch is whole, and the region is copied again.
// Source: doc/reference/mcuboot.md sections 2 and 3; places of every write by the dumps of a real
// MCUboot.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/layout_priv.h"
#include "boot/swap_priv.h"

enum phase {
    EMPTY,    // scratch is erased
    SCRATCH,  // scratch announces the swap
    ERASE,    // the primary's trailer does
    PRIMARY,
    TAKE,      // the request in the spare slot is erased
    CLEAR,     // scratch is erased
    SECTORS,   // the next record is due, or what it stands for
    RECORD_0,  // the primary's trailer takes over from scratch
    RECORD_1,
    RECORD_2,
    SET_OK,
    SET_DONE,
};

enum {
    STATES = TN_REGION_RECORDS,
};

// ---- The trailer in scratch ----------------------------------------------------------------

static bool scratch_has_record(const struct tn_slots *s, uint32_t number) {
    uint32_t unit = s->area[TN_PRIMARY].flash->prog_unit;

    return !tn_area_is_erased(
            &s->area[TN_SCRATCH], tn_regions_scratch_record(s) + number * unit, unit);
}

// True if the last region shares sectors with the primary's trailer.
static bool shares(const struct tn_slots *s, uint32_t size) {
    return tn_regions_end(s, size) > tn_trailer_off(s, TN_PRIMARY);
}

// ---- Beginning, and beginning again --------------------------------------------------------

// A trailer that announces a swap: its type, TN_SWAP_NONE if it does not. ret_size: of the swap.
static enum tn_swap_type announced(
        const struct tn_slots *s, enum tn_slot slot, uint32_t *ret_size) {
    struct tn_trailer t;

    tn_trailer_read(s, slot, &t);
    if (t.magic != TN_MAGIC_GOOD || t.copy_done != TN_FLAG_UNSET ||
            tn_trailer_get(s, slot, TN_CELL_SWAP_SIZE, ret_size)) {
        return TN_SWAP_NONE;
    }
    return (enum tn_swap_type)t.type;
}

// True if the primary's trailer is one that announces a revert, and its magic is not written yet.
static bool tells_of_revert(const struct tn_slots *s) {
    struct tn_trailer t;

    tn_trailer_read(s, TN_PRIMARY, &t);
    return t.magic == TN_MAGIC_UNSET && t.image_ok == TN_FLAG_UNSET &&
            t.copy_done == TN_FLAG_UNSET && t.type == TN_SWAP_REVERT;
}

// Which trailer tells where to go on.
enum from {
    FROM_NONE,
    FROM_TORN,  // the primary's has no magic yet, and tells of a revert: MCUboot erases the one in
                // scratch when it begins anew
    FROM_PRIMARY,
    FROM_SCRATCH,
    FROM_EITHER,  // scratch if what it holds is whole
};

// What both trailers say. While scratch announces, the primary's trailer is incomplete or an old
// one, or it took over from scratch, which is to be erased.
struct state {
    enum from from;
    enum tn_swap_type type;
    uint32_t size;
};

static void read_state(const struct tn_slots *s, struct state *ret) {
    uint32_t size;
    enum tn_swap_type pri = announced(s, TN_PRIMARY, &size);

    ret->from = FROM_NONE;
    ret->type = announced(s, TN_SCRATCH, &ret->size);
    bool announces = ret->type != TN_SWAP_NONE && ret->size - 1 < tn_slots_max_image(s);
    bool took_over = announces && pri != TN_SWAP_NONE && tn_trailer_has_record(s, 0);
    // Without its first record scratch was being erased: it lies below the rest, whose size may be
    // torn then.
    if (announces && !(took_over && !scratch_has_record(s, 0))) {
        ret->from = took_over && size == ret->size && shares(s, size) ? FROM_EITHER : FROM_SCRATCH;
    } else if (pri != TN_SWAP_NONE) {
        ret->from = FROM_PRIMARY;
        ret->type = pri;
        ret->size = size;
    } else if (tells_of_revert(s)) {
        ret->from = FROM_TORN;
        ret->type = TN_SWAP_REVERT;
    }
}

static bool has_moved(const struct tn_slots *s, const struct state *now) {
    switch (now->from) {
    case FROM_NONE:
    case FROM_TORN:
        return false;
    case FROM_PRIMARY:
        return tn_trailer_has_record(s, 0);
    case FROM_SCRATCH:
        return shares(s, now->size) && scratch_has_record(s, 0);
    default:
        return true;
    }
}

static void look(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_boot_view *v = &b->view;
    struct state now;

    tn_boot_look_trailers(b);
    read_state(s, &now);
    v->needs_staged_verdict = now.from == FROM_EITHER;
    v->moved = has_moved(s, &now);
    // The request goes before the first record is written: while it stands, it tells more.
    if (v->moved || (now.from != FROM_NONE && !tn_swap_is_asked(&v->sec))) {
        v->under_way = (uint8_t)now.type;
    }
}

static void decide(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    if (!v->failed && v->needs_staged_verdict && v->verdict[TN_PLACE_STAGED] == TN_UNKNOWN) {
        ret->action = TN_PLAN_VERIFY;
        ret->place = TN_PLACE_STAGED;
        return;
    }
    tn_boot_decide(v, ret);
}

// Reads the image that comes: its last region from scratch.
static int read_staged(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    const struct tn_slots *s = src->ctx;
    uint32_t size = 0;

    tn_trailer_get(s, TN_PRIMARY, TN_CELL_SWAP_SIZE, &size);
    uint32_t start = tn_regions_get(s, size, 0).start;
    uint32_t below = off < start ? tn_min(len, start - off) : 0;
    int err = tn_area_read(src->area, off, buf, below);
    if (err || below == len) {
        return err;
    }
    return tn_area_read(
            &s->area[TN_SCRATCH], off + below - start, (uint8_t *)buf + below, len - below);
}

static void source(const struct tn_slots *s, struct tn_image_src *ret) {
    ret->read = read_staged;
    ret->ctx = s;
}

// Goes on by the primary's trailer.
static void resume_primary(struct tn_swap *w, const struct tn_slots *s) {
    while (tn_trailer_has_record(s, w->record)) {
        w->record++;
    }
    if (!shares(s, w->swap_size)) {
        // MCUboot takes the request back behind its first record: no request may outlive its swap.
        w->phase = TAKE;
    } else if (w->record <= STATES) {
        // The trailer was written behind the data of its region, so that is there.
        w->phase = w->record == STATES ? CLEAR : RECORD_2;
        w->record = STATES;
    } else {
        w->phase = SECTORS;
    }
}

// Goes on by the trailer in scratch.
static void resume_scratch(struct tn_swap *w, const struct tn_slots *s) {
    w->record = 1 + (uint32_t)scratch_has_record(s, 1);
    w->phase = SECTORS;
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    struct state now;

    read_state(s, &now);
    w->fresh = b->view.under_way == b->plan.type && now.from != FROM_TORN;
    if (w->fresh) {
        b->view.verdict[b->plan.place] = TN_UNKNOWN;  // as tn_swap_resume
    }
    w->swap_size = now.size;
    if (!has_moved(s, &now)) {
        w->swap_size = tn_max(tn_swap_image_len(s, TN_RUNNING), tn_swap_image_len(s, TN_CANDIDATE));
    }
    w->records = STATES * tn_regions_count(s, w->swap_size);
    if (!w->records || w->swap_size > tn_slots_max_image(s)) {
        return TN_ESIZE;
    }
    if (has_moved(s, &now)) {
        bool by_scratch = now.from == FROM_SCRATCH ||
                (now.from == FROM_EITHER && b->view.verdict[TN_PLACE_STAGED] == TN_GENUINE);
        by_scratch ? resume_scratch(w, s) : resume_primary(w, s);
    } else if (w->fresh && now.from == FROM_SCRATCH && now.size == w->swap_size &&
            !shares(s, now.size)) {
        // The primary's trailer may be torn: what scratch says is not erased.
        w->phase = ERASE;
    }
    return 0;
}

// ---- Regions, and the trailer behind the last one --------------------------------------------

// The region of the current record. Looking it up takes longer than copying a piece of it.
static struct tn_region current_region(struct tn_swap *w, const struct tn_slots *s) {
    struct tn_region r = {w->region[0], w->region[1]};

    if (!r.end) {
        r = tn_regions_get(s, w->swap_size, w->record / STATES);
        w->region[0] = r.start;
        w->region[1] = r.end;
    }
    return r;
}

static bool get_move(struct tn_swap *w, const struct tn_slots *s, struct tn_move *ret) {
    struct tn_region r = current_region(w, s);
    uint32_t state = w->record % STATES;
    bool scratch_to = state == 0;
    bool scratch_from = state == 2;

    ret->from = &s->area[state == 0 ? TN_SECONDARY : state == 1 ? TN_PRIMARY : TN_SCRATCH];
    ret->to = &s->area[state == 0 ? TN_SCRATCH : state == 1 ? TN_SECONDARY : TN_PRIMARY];
    ret->from_off = scratch_from ? 0 : r.start;
    ret->to_off = scratch_to ? 0 : r.start;
    ret->len = tn_regions_len(s, &r);
    // What shares sectors with the trailer takes the whole trailer with it.
    ret->room = ret->to->size - ret->to_off;
    if (!scratch_to && r.end <= tn_trailer_off(s, TN_PRIMARY)) {
        ret->room = r.end - r.start;
    }
    ret->record = w->record;
    ret->value = (uint8_t)(1 + state);
    return true;
}

// True while the records are kept in scratch.
static bool in_scratch(const struct tn_swap *w, const struct tn_slots *s) {
    return w->record < STATES && shares(s, w->swap_size);
}

static int put_record(const struct tn_swap *w, const struct tn_slots *s, const struct tn_move *m) {
    if (in_scratch(w, s)) {
        return tn_area_put(&s->area[TN_SCRATCH],
                tn_regions_scratch_record(s) + m->record * s->area[TN_PRIMARY].flash->prog_unit,
                &m->value, 1);
    }
    return tn_trailer_has_record(s, m->record) ? 0 : tn_trailer_put_record(s, m->record, m->value);
}

// A region that is the same in both slots needs no copies. Its last record is written first: if
// power is lost before the first one is there, it counts as not begun.
static int skip_region(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t left = STATES - w->pos;
    int err = tn_trailer_put_record(s, w->record + left - 1, (uint8_t)left);

    w->pos++;
    if (w->pos == STATES) {
        w->record += STATES;
        w->region[1] = 0;
        w->pos = 0;
        w->skips = false;
    }
    return err ? err : TN_MORE;
}

// True if the region that comes next is the same in both slots, and was not begun.
static bool can_skip(const struct tn_swap *w, const struct tn_slots *s, const struct tn_move *m) {
    bool nothing_copied = !w->pos || w->pos == m->room;

    return w->record % STATES == 0 && nothing_copied && !w->fresh && !in_scratch(w, s) &&
            !w->crypt &&
            tn_area_is_equal(m->from, m->from_off, &s->area[TN_PRIMARY], m->from_off, m->len);
}

// The next piece of what the current record stands for, or the record. 0: all records are there,
// or the primary's trailer is next.
static int sector_step(struct tn_swap *w, const struct tn_slots *s) {
    struct tn_move m;

    if (w->record >= w->records) {
        return 0;
    }
    if (w->skips) {
        return skip_region(w, s);
    }
    get_move(w, s, &m);
    if (w->crypt) {
        w->crypt->ops->through(w->crypt, &m);
    }
    if (can_skip(w, s, &m)) {
        w->skips = true;
        w->pos = 0;
        return TN_MORE;
    }
    w->fresh |= in_scratch(w, s);  // the trailer has to go, whatever lies before it
    int rc = tn_swap_copy(w, &m);
    if (rc || (w->record == 2 && in_scratch(w, s))) {
        return rc;
    }
    rc = put_record(w, s, &m);
    w->record++;
    w->region[1] = 0;
    w->fresh = false;
    return rc ? rc : TN_MORE;
}

// Erases scratch from its end on, its magic first. That it reads as erased is no reason not to: it
// may be half erased.
static int clear(struct tn_swap *w, const struct tn_slots *s) {
    const struct tn_area *a = &s->area[TN_SCRATCH];
    struct tn_sector sector;

    if (w->pos == a->size) {
        return 0;
    }
    int rc = tn_area_erase(a, a->size - w->pos - 1, &sector);
    if (rc) {
        return rc;
    }
    w->pos += sector.size;
    return TN_MORE;
}

static int phase_step(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;

    switch (w->phase) {
    case EMPTY:
    case CLEAR:
        return clear(w, s);
    case SCRATCH:
        return tn_swap_announce(b, TN_SCRATCH);
    case ERASE:
        return tn_trailer_erase(s, TN_PRIMARY, &w->pos);
    case PRIMARY:
        return tn_swap_announce(b, TN_PRIMARY);
    case TAKE:
        return tn_trailer_erase(s, TN_SECONDARY, &w->pos);
    case SECTORS:
        return sector_step(w, s);
    case RECORD_0:
    case RECORD_1:
    case RECORD_2:
        return tn_trailer_has_record(s, w->phase - RECORD_0)
                ? 0
                : tn_trailer_put_record(s, w->phase - RECORD_0, (uint8_t)(w->phase - RECORD_0 + 1));
    case SET_OK:
        return b->plan.type == TN_SWAP_TEST ? 0
                                            : tn_trailer_put(s, TN_PRIMARY, TN_CELL_IMAGE_OK, 1);
    default:
        return tn_trailer_put(s, TN_PRIMARY, TN_CELL_COPY_DONE, 1);
    }
}

// What follows the phase that is over.
static uint32_t next_phase(struct tn_swap *w, const struct tn_slots *s) {
    bool shared = shares(s, w->swap_size);

    switch (w->phase) {
    case SCRATCH:
        return shared ? SECTORS : ERASE;
    case SECTORS:
        return w->record >= w->records ? SET_OK : RECORD_0;
    case RECORD_1:
        return PRIMARY;
    case PRIMARY:
        return shared ? RECORD_2 : TAKE;
    case RECORD_2:
        w->record = STATES;
        w->region[1] = 0;
        return CLEAR;
    case TAKE:
        return w->record ? SECTORS : CLEAR;  // with records, scratch holds a region
    case CLEAR:
        return SECTORS;
    default:
        return w->phase + 1;
    }
}

static int step(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    int rc = phase_step(b);

    if (rc) {
        return rc;
    }
    if (w->phase == SET_DONE) {
        tn_swap_done(b);
        return 0;
    }
    uint32_t before = w->phase;
    w->pos = 0;
    w->phase = next_phase(w, s);
    if (w->phase == SECTORS && (before == CLEAR || before == SCRATCH)) {
        w->pos = s->area[TN_SCRATCH].size;  // was erased just now
        w->fresh = false;
    }
    return TN_MORE;
}

const struct tn_strategy tn_swap_scratch = {
        .layout = &tn_layout_swap_scratch,
        .source = source,
        .look = look,
        .decide = decide,
        .discard = tn_boot_discard,
        .begin = begin,
        .step = step,
        .move = get_move,
};
