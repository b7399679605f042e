// SPDX-License-Identifier: Apache-2.0
// Swap using offset, as MCUboot does it: 2N erases, 2N sector copies, no scratch area.
//
// A new image lies one sector into the spare slot, so that there is always one sector to
// spare. Upgrade, from the bottom: P[i] -> S[i], then S[i+1] -> P[i]. Revert, from the top:
// P[i] -> S[i+1], then S[i] -> P[i]. Behind each copy one status record is written, so that
// the number of records tells where to go on. i ends at N, the sectors of the larger image.
// Source: doc/reference/mcuboot.md sections 2 and 3; places of every write by the dumps of a real
// MCUboot.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/swap_priv.h"

// ---- Beginning, and beginning again ------------------------------------------------------

// Length of the image that leaves the primary slot (nth 0) or that comes (1), its TLVs included;
// 0 if there is none. The length of its unprotected TLVs is read where they lie behind the image;
// in a swap that is resumed they may have moved elsewhere, and it is known.
static uint32_t image_len(struct tn_swap *w, const struct tn_slots *s, uint32_t nth) {
    // The headers move with the first sectors: an upgrade begins with them, a revert ends so.
    uint32_t first = w->is_revert ? w->records - 2 : 0;
    uint32_t slot = nth ^ (w->record > first + nth);
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_tlvs t;

    tn_slots_source(s, slot == TN_PRIMARY ? TN_RUNNING : TN_PREVIOUS, &src);
    src.addr = 0;  // only its length counts
    src.limit = s->area[TN_PRIMARY].size;
    // In the spare slot an image lies one sector in before an upgrade and after a revert's move.
    if (slot != TN_PRIMARY && w->is_revert != nth) {
        src.off = w->sector;
    }
    if (tn_image_open(&src, &hdr)) {
        return 0;
    }
    if (!w->record) {
        if (tn_tlv_begin(&t, &src, &hdr)) {
            return 0;
        }
        w->tlvs[nth] = t.end - t.unprotected;
    }
    return tn_image_hashed_len(&hdr) + w->tlvs[nth];
}

// Takes up a swap by what the primary's trailer says of it.
static int read_state(struct tn_swap *w, const struct tn_slots *s) {
    uint32_t tlv_sizes = 0;
    int err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_SWAP_SIZE, &w->swap_size);

    if (!err) {
        err = tn_trailer_get(s, TN_PRIMARY, TN_CELL_TLV_SIZES, &tlv_sizes);
    }
    w->tlvs[0] = tlv_sizes & 0xffff;
    w->tlvs[1] = tlv_sizes >> 16;
    return err;
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;

    w->sector = tn_slots_sector(s);
    w->is_revert = b->plan.type == TN_SWAP_REVERT;
    tn_swap_resume(b);
    int err = w->record ? read_state(w, s) : 0;
    for (uint32_t nth = 0;; nth++) {
        w->records = 2 * tn_swap_sectors(w->swap_size, w->sector);
        if (nth == 2) {
            // Images of one sector: no move overwrites where the new one lay. Two images would seem
            // to be in the spare slot. (MCUboot leaves both.)
            w->stays = !w->is_revert && w->records == 2;
            return err || w->swap_size <= tn_slots_max_image(s) ? err : TN_ESIZE;
        }
        w->used[nth] = image_len(w, s, nth);
        if (!w->record) {
            w->swap_size = tn_max(w->swap_size, w->used[nth]);
        }
    }
}

// False if nothing is to be moved.
static bool get_move(struct tn_swap *w, const struct tn_slots *s, struct tn_move *ret) {
    uint32_t in = w->record % 2;  // into the primary slot, or out of it
    uint32_t here = (w->is_revert ? w->records - 1 - w->record : w->record) / 2 * w->sector;
    // In the spare slot, what leaves in a revert and what comes in an upgrade lies one sector in.
    uint32_t there = in == w->is_revert ? here : here + w->sector;

    ret->record = w->record;
    ret->value = (uint8_t)(1 + in);
    ret->from = &s->area[in];
    ret->to = &s->area[!in];
    ret->from_off = in ? there : here;
    ret->to_off = in ? here : there;
    ret->len = ret->room = w->sector;
    // MCUboot copies one sector more than an image has, where the other one has it.
    return w->used[in] && here < w->used[in] + w->sector;
}

const struct tn_strategy tn_swap_offset = {
        .layout = &tn_layout_swap_offset,
        .look = tn_swap_look,
        .decide = tn_boot_decide,
        .discard = tn_boot_discard,
        .begin = begin,
        .step = tn_swap_step,
        .move = get_move,
};
