// SPDX-License-Identifier: Apache-2.0
// Swap using move, as MCUboot does it: 2N erases in the primary slot, N in the spare one.
//
// First the running image moves up by one sector, from its last one on: P[i] -> P[i+1]. Then,
// from the bottom, S[i] -> P[i] and P[i+1] -> S[i]. i ends at N, the sectors of the larger image.
// The moves have their records at the status area's beginning, the swaps behind room for as many
// moves as the layout allows. A revert marks itself as a permanent request.
// Source: doc/reference/mcuboot.md sections 2 and 3; places of every write by the dumps of a real
// MCUboot.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/swap_priv.h"

// Where the record of this number lies: the moves are N, and have room for more.
static uint32_t record_at(const struct tn_swap *w, const struct tn_slots *s, uint32_t number) {
    return number < w->sectors ? number : s->max_sectors + number - w->sectors;
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;

    w->sector = tn_slots_sector(s);
    tn_swap_resume(b);
    if (w->record) {
        int err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_SWAP_SIZE, &w->swap_size);
        if (err) {
            return err;
        }
    } else {
        w->swap_size = tn_max(tn_swap_image_len(s, TN_RUNNING), tn_swap_image_len(s, TN_CANDIDATE));
    }
    if (w->swap_size > tn_slots_max_image(s)) {
        return TN_ESIZE;
    }
    w->sectors = tn_swap_sectors(w->swap_size, w->sector);
    w->records = 3 * w->sectors;
    w->record = 0;
    while (w->fresh && w->record < w->records &&
            tn_trailer_has_record(s, record_at(w, s, w->record))) {
        w->record++;
    }
    return 0;
}

static bool get_move(struct tn_swap *w, const struct tn_slots *s, struct tn_move *ret) {
    const struct tn_area *pri = &s->area[TN_PRIMARY];
    const struct tn_area *sec = &s->area[TN_SECONDARY];
    uint32_t swaps = w->record - w->sectors;  // done, once all moves are

    ret->record = record_at(w, s, w->record);
    ret->len = ret->room = w->sector;
    ret->value = 1;
    ret->to = pri;
    if (w->record < w->sectors) {
        ret->from = pri;
        ret->from_off = (w->sectors - 1 - w->record) * w->sector;
        ret->to_off = ret->from_off + w->sector;
        return true;
    }
    ret->to_off = swaps / 2 * w->sector;
    ret->from = sec;
    ret->from_off = ret->to_off;
    if (swaps % 2) {
        ret->from = pri;
        ret->from_off += w->sector;
        ret->to = sec;
        ret->value = 2;
    }
    return true;
}

const struct tn_strategy tn_swap_move = {
        .layout = &tn_layout_swap_move,
        .look = tn_swap_look,
        .decide = tn_boot_decide,
        .discard = tn_boot_discard,
        .begin = begin,
        .step = tn_swap_step,
        .move = get_move,
};
