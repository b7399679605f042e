// SPDX-License-Identifier: Apache-2.0
// Overwrite only, as MCUboot does it: the candidate is copied over the running image, sector by
// sector, all of the slot. The request stands until the copy is whole, so that a cut begins it
// again; what is there already is left alone. Then trailer and header of the spare slot go: while
// the request stands, nothing of the candidate is touched.
// Source: doc/reference/mcuboot.md section 3; the end by the dumps of a real MCUboot.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/swap_priv.h"

enum phase {
    SECTORS,
    CLEAN_TRAILER,
    CLEAN_FIRST,
};

static int begin(struct tn_boot *b) {
    b->swap.swap_size = tn_swap_image_len(b->slots, TN_CANDIDATE);
    return 0;
}

// True if this sector may have been the last one that an earlier run wrote, for the next one is
// not there yet: then its looks are not to be trusted.
static bool may_be_torn(const struct tn_move *m) {
    struct tn_sector next;

    return tn_area_sector(m->to, m->to_off + m->room, &next) ||
            !tn_area_is_equal(m->from, next.off, m->to, next.off, next.size);
}

// The next piece of a sector. 0: all of the slot is there.
static int sector_step(struct tn_swap *w, const struct tn_slots *s) {
    struct tn_sector sector;
    uint32_t room = tn_min(s->area[TN_PRIMARY].size, s->area[TN_SECONDARY].size);
    struct tn_move m = {.from = &s->area[TN_SECONDARY], .to = &s->area[TN_PRIMARY]};

    if (w->record >= room) {
        return 0;
    }
    int rc = tn_area_sector(m.to, w->record, &sector);
    m.from_off = m.to_off = sector.off;
    m.room = sector.size;
    m.len = tn_min(m.room, room - sector.off);
    if (w->crypt) {
        w->crypt->ops->through(w->crypt, &m);
    }
    if (!rc && !w->pos) {
        // Behind the image's end all may have been there before: its last sector tells nothing.
        bool is_last = w->swap_size - w->record <= sector.size;
        w->fresh = is_last || may_be_torn(&m);
    }
    rc = rc ? rc : tn_swap_copy(w, &m);
    if (!rc) {
        w->record += sector.size;
    }
    return rc < 0 ? rc : TN_MORE;
}

static int phase_step(struct tn_swap *w, const struct tn_slots *s) {
    struct tn_sector first;

    switch ((enum phase)w->phase) {
    case SECTORS:
        return sector_step(w, s);
    case CLEAN_FIRST:
        return tn_area_erase(&s->area[TN_SECONDARY], 0, &first);
    default:
        return tn_trailer_erase(s, TN_SECONDARY, &w->pos);
    }
}

static int step(struct tn_boot *b) {
    struct tn_swap *w = &b->swap;
    int rc = phase_step(w, b->slots);

    if (rc) {
        return rc;
    }
    if (w->phase == CLEAN_FIRST) {
        tn_swap_done(b);
        return 0;
    }
    w->pos = 0;
    w->phase++;
    return TN_MORE;
}

const struct tn_strategy tn_overwrite_only = {
        .layout = &tn_layout_overwrite_only,
        .look = tn_boot_look_trailers,
        .decide = tn_boot_decide,
        .discard = tn_boot_discard,
        .begin = begin,
        .step = step,
};
