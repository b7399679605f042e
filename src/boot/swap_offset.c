// SPDX-License-Identifier: Apache-2.0
// Swap using offset, as MCUboot does it: 2N erases, 2N sector copies, no scratch area.
//
// A new image lies one sector into the spare slot, so that there is always one sector to
// spare. Upgrade, from the bottom: P[i] -> S[i], then S[i+1] -> P[i]. Revert, from the top:
// P[i] -> S[i+1], then S[i] -> P[i]. Behind each copy one status record is written, so that
// the number of records tells where to go on. i ends at N, the sectors of the larger image.
// Source: reference mcuboot.md section 2; places of every write by the dumps of a real MCUboot.
#include "base/bytes.h"
#include "base/err.h"
#include "boot/swap_priv.h"

static uint32_t candidate_off(const struct tn_slots *s) {
    return tn_swap_sector(s);
}

static uint32_t previous_off(const struct tn_slots *s) {
    (void)s;
    return 0;
}

// Up to the sector in which the trailer begins; in the spare slot one sector less.
static uint32_t max_image(const struct tn_slots *s) {
    struct tn_sector pri;
    struct tn_sector sec;

    if (tn_area_sector(&s->area[TN_PRIMARY], tn_trailer_off(s, TN_PRIMARY), &pri) ||
            tn_area_sector(&s->area[TN_SECONDARY], tn_trailer_off(s, TN_SECONDARY), &sec)) {
        return 0;
    }
    return sec.off ? tn_min(pri.off, sec.off - sec.size) : 0;
}

// ---- Beginning, and beginning again ------------------------------------------------------

static bool is_revert(const struct tn_swap *w) {
    return w->plan.type == TN_SWAP_REVERT;
}

// Length of the image that leaves the primary slot (nth 0) or that comes (1), its TLVs included;
// 0 if there is none. The length of its unprotected TLVs is read where they lie behind the image;
// in a swap that is resumed they may have moved elsewhere, and it is known.
static uint32_t image_len(struct tn_swap *w, const struct tn_slots *s, uint32_t nth) {
    // The headers move with the first sectors: an upgrade begins with them, a revert ends so.
    uint32_t first = is_revert(w) ? 2 * w->sectors - 2 : 0;
    bool moved = w->record > first + nth;
    struct tn_image_src src = {.area = &s->area[nth ^ moved]};
    struct tn_image_hdr hdr;
    struct tn_tlvs t;

    // In the spare slot an image lies one sector in before an upgrade and after a revert's move.
    if (src.area != s->area && is_revert(w) != nth) {
        src.off = w->sector;
    }
    src.limit = tn_trailer_off(s, (enum tn_slot)(nth ^ moved)) - src.off;
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
    w->phase = TN_SWAP_SECTORS;
    return err;
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    uint32_t size = 0;
    int err = 0;

    w->sector = tn_swap_sector(s);
    tn_swap_resume(b);
    if (w->record) {
        err = read_state(w, s);
        w->sectors = tn_swap_sectors(w->swap_size, w->sector);
    }
    for (uint32_t nth = 0; nth < 2; nth++) {
        uint32_t len = image_len(w, s, nth);
        w->used[nth] = tn_swap_sectors(len, w->sector);
        size = tn_max(size, len);
    }
    if (!w->record) {
        w->swap_size = size;
        w->sectors = tn_swap_sectors(size, w->sector);
    }
    w->records = 2 * w->sectors;
    w->cleans = is_revert(w);
    return err || w->swap_size <= max_image(s) ? err : TN_ESIZE;
}

// False if nothing is to be moved.
static bool get_move(const struct tn_swap *w, const struct tn_slots *s, struct tn_move *ret) {
    uint32_t in = w->record % 2;  // into the primary slot, or out of it
    uint32_t i = w->record / 2;

    ret->record = w->record;
    ret->value = (uint8_t)(1 + in);
    if (is_revert(w)) {
        i = w->sectors - 1 - i;
    }
    // In the spare slot, what leaves in a revert and what comes in an upgrade lies one sector in.
    uint32_t here = i * w->sector;
    uint32_t there = in == is_revert(w) ? here : here + w->sector;
    ret->from = &s->area[in];
    ret->to = &s->area[!in];
    ret->from_off = in ? there : here;
    ret->to_off = in ? here : there;
    ret->len = ret->room = w->sector;
    // MCUboot copies one sector more than an image has, where the other one has it.
    return w->used[in] && i <= w->used[in];
}

const struct tn_strategy tn_swap_offset = {
        .mode = 9,
        .records = 2,
        .cells = TN_CELL_SWAP_SIZE,
        .mark = TN_CELL_COPY_DONE,
        .reverts = true,
        .candidate_off = candidate_off,
        .previous_off = previous_off,
        .max_image = max_image,
        .look = tn_swap_look,
        .decide = tn_boot_decide,
        .begin = begin,
        .step = tn_swap_step,
        .move = get_move,
};
