// SPDX-License-Identifier: Apache-2.0
// What the strategies that swap share: announcing a swap in a trailer, copying a stretch of
// flash, and the order of all of it.
//
// Knows no strategy: what a status record stands for is the strategy's `move`.
#ifndef TN_BOOT_SWAP_PRIV_H
#define TN_BOOT_SWAP_PRIV_H

#include "boot/boot.h"

// One copy: what a status record stands for.
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

// The order of a swap. Where it begins is the strategy's choice.
enum {
    TN_SWAP_ERASE_SPARE,  // a revert says so in the spare slot's trailer
    TN_SWAP_MARK,
    TN_SWAP_ERASE,  // the primary's trailer says what is done
    TN_SWAP_ANNOUNCE,
    TN_SWAP_TAKE,  // the request in the spare slot is erased
    TN_SWAP_SECTORS,
    TN_SWAP_CLEAN_FIRST,  // a strategy with offsets leaves no image in the first sector
    TN_SWAP_CLEAN_TRAILER,
    TN_SWAP_SET_OK,  // unless it is a test
    TN_SWAP_SET_DONE,
};

// Sectors of this size that hold len bytes.
uint32_t tn_swap_sectors(uint32_t len, uint32_t sector);

// Length of the image in this place, its TLVs included; 0 if there is none.
uint32_t tn_swap_image_len(const struct tn_slots *s, enum tn_place place);

// True if the spare slot's trailer holds a request, and the primary's does not say more. While a
// request is taken back its magic may be the last that goes: swap_info, which lies below, tells.
static inline bool tn_swap_is_asked(const struct tn_trailer *sec) {
    return sec->magic == TN_MAGIC_GOOD && sec->type != TN_SWAP_NONE;
}

// A swap was begun and not finished, by the primary's trailer: for strategies that take the
// request back before they write its first record.
void tn_swap_look(struct tn_boot *b);

// Where a swap begins, or goes on: counts the records, sets the phase. Without records all is
// still where it was.
void tn_swap_resume(struct tn_boot *b);

// Announces the swap in the erased trailer of this slot, the magic last. In the spare slot a
// revert is marked besides.
int tn_swap_announce(const struct tn_boot *b, enum tn_slot slot);

// One step of a copy, which erases, copies, and reads back what it copied: TN_MORE, 0 when all
// of it is there, or an error. pos goes through the room first, then through the bytes.
int tn_swap_copy(struct tn_swap *w, const struct tn_move *m);

// After a swap that ran in one piece, what was verified before it is verified: the copy was
// compared. After one that had moved something in an earlier boot, nothing is known.
void tn_swap_done(struct tn_boot *b);

// A strategy's step, for one that has `move`.
int tn_swap_step(struct tn_boot *b);

#endif
