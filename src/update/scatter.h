// SPDX-License-Identifier: Apache-2.0
// An image whose pieces come in any order, for the spare slot: a UF2 drive.
//
// Knows slots and images; does not know who sends. Uses the jobs of the update (update.h) to look
// at slots, to erase, to verify and to request, so that other links and this one exclude each other
// as any two links do. A piece is written to its place at once: there is no memory that could hold
// what comes too early.
//
// What a device needs is never erased. The running image is not touched. The spare slot is erased
// only if the running image is genuine and no revert needs the spare slot; or if neither slot holds
// anything genuine. A header that comes first is checked before anything is erased; one that comes
// later, as soon as it is here.
#ifndef TN_UPDATE_SCATTER_H
#define TN_UPDATE_SCATTER_H

#include "base/compiler.h"
#include "update/update.h"

TN_C_BEGIN

enum { TN_SCATTER_PIECE = 256 };  // bytes

// Owned by the caller. Set what stands before "private", the rest to 0.
struct tn_scatter {
    struct tn_update *update;
    uint8_t *seen;       // a bit for each piece that is in flash
    uint32_t seen_size;  // bytes of seen: one for 2 KiB of the largest image
    // private
    uint32_t job;    // of the update: the last one that this began
    uint32_t count;  // pieces of the image; 0: none has begun
    uint32_t left;   // those that are not here yet
    uint8_t stage;
    bool is_checked;  // the header
    bool is_genuine;  // the running image
};

// Begins an image of count pieces; what was under way is forgotten. Returns 0; TN_ESIZE: larger
// than the slot holds; TN_ENOSLOT while a revert needs the spare slot; TN_ENOTSUP: the flash's
// prog_unit is larger than a piece.
int tn_scatter_begin(struct tn_scatter *s, uint32_t count);

// Accepts TN_SCATTER_PIECE bytes, the image's piece `number`, which is below its count. Returns 1
// if they are in flash, now or from before; 0 if there is work first: call tn_scatter_step, then
// this again. TN_ECORRUPT: this piece was there before, with other bytes; nothing has changed.
// Other errors as tn_scatter_step; after those the image is forgotten.
int tn_scatter_write(struct tn_scatter *s, uint32_t number, const uint8_t *piece);

// Does the next step of the work. TN_MORE, or 0: there is nothing to do. Errors, after which the
// image is forgotten: TN_EPENDING: the spare slot holds the only genuine image; TN_EBUSY: another
// link has begun a job; those of the header's checks, as of an upload (update.h); TN_ESIZE; those
// of the flash; once tn_scatter_install was called, those of the image.
int tn_scatter_step(struct tn_scatter *s);

// True if all pieces are in flash.
static inline bool tn_scatter_is_whole(const struct tn_scatter *s) {
    return s->count && !s->left;
}

// Verifies the whole image and requests it for the next boot: steps do it. When a step returns 0,
// it is done. A device without a genuine image to go back to gets it for good, whatever type says.
// TN_ESTATE: it is not whole. TN_EROLLBACK: its security counter is too low.
int tn_scatter_install(struct tn_scatter *s, enum tn_swap_type type);

// Forgets the image. What is in the slot stays there, and is not requested.
void tn_scatter_abort(struct tn_scatter *s);

TN_C_END

#endif
