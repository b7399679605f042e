// SPDX-License-Identifier: Apache-2.0
// Shared by the strategies that swap: announcing a swap in a trailer, copying a stretch of flash,
// and the order of the phases.
//
// Knows no strategy: the strategy's `move` says which copy a status record stands for.
#ifndef TN_BOOT_SWAP_PRIV_H
#define TN_BOOT_SWAP_PRIV_H

#include "boot/boot.h"

// The copy that one status record stands for.
struct tn_move {
    const struct tn_area *from;
    const struct tn_area *to;
    uint32_t from_off;
    uint32_t to_off;
    uint32_t len;     // bytes
    uint32_t room;    // bytes to erase there: len, or more
    uint32_t record;  // number of the record, and what it holds
    uint8_t value;
};

// The phases of a swap in their order. A strategy may begin with a later one.
enum {
    TN_SWAP_ERASE_SPARE,  // a revert marks itself in the spare slot's trailer
    TN_SWAP_MARK,
    TN_SWAP_ERASE,  // the swap is announced in the primary's trailer
    TN_SWAP_ANNOUNCE,
    TN_SWAP_TAKE,  // the request in the spare slot is erased
    TN_SWAP_SECTORS,
    TN_SWAP_CLEAN_FIRST,  // swap using offset: a revert erases the spare slot's first sector; an
                          // upgrade of one sector the second one
    TN_SWAP_CLEAN_TRAILER,
    TN_SWAP_SET_OK,  // unless it is a test
    TN_SWAP_SET_DONE,
};

// Sectors of this size that hold len bytes.
uint32_t tn_swap_sectors(uint32_t len, uint32_t sector);

// Length of the image in this place, its TLVs included; 0 if there is none.
uint32_t tn_swap_image_len(const struct tn_slots *s, enum tn_place place);

// True if the spare slot's trailer holds a whole request. While a request is being erased its magic
// may be the last to go: swap_info, which lies below the magic, is gone then.
static inline bool tn_swap_is_asked(const struct tn_trailer *sec) {
    return sec->magic == TN_MAGIC_GOOD && sec->type != TN_SWAP_NONE;
}

// The look of strategies that erase the request before they write the first record: finds a swap
// that was begun and not finished in the primary's trailer.
void tn_swap_look(struct tn_boot *b);

// Begins a swap, or continues it: counts the records and sets the phase. Without records nothing
// has moved yet.
void tn_swap_resume(struct tn_boot *b);

// Announces the swap in the erased trailer of this slot, the magic last. In the spare slot it also
// marks a revert.
int tn_swap_announce(const struct tn_boot *b, enum tn_slot slot);

// One step of a copy, which erases, copies and reads back: TN_MORE, 0 when all of it is there, or
// an error. pos counts the erased bytes of the room first, then the copied bytes.
int tn_swap_copy(struct tn_swap *w, const struct tn_move *m);

// Moves the verdicts along after a swap. A swap that ran in one boot within one device keeps them,
// because each copy was compared. After a swap that began in an earlier boot nothing is known.
void tn_swap_done(struct tn_boot *b);

// The step of strategies that have `move`.
int tn_swap_step(struct tn_boot *b);

#endif
