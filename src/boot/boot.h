// SPDX-License-Identifier: Apache-2.0
// Decides which image runs: look, decide, step, until the plan says RUN or RECOVER. The loop is in
// boot/settle.h.
//
// Knows slots, trailers and verdicts. Knows no link, no core, no clock. Power may be lost at
// any instant: the next look finds out how to go on.
#ifndef TN_BOOT_BOOT_H
#define TN_BOOT_BOOT_H

#include "base/compiler.h"
#include "boot/encrypted.h"
#include "boot/strategy.h"
#include "boot/trailer.h"
#include "image/verify.h"

TN_C_BEGIN

// Verdicts on the image in a place, besides TN_GENUINE, which may boot.
#define TN_UNKNOWN 0x00000000u
#define TN_BAD TN_REFUSED  // absent, damaged, not signed, or unreadable

// The input of decide, and its only one.
struct tn_boot_view {
    // Filled by the strategy's look; 0 where the strategy does not use it.
    struct tn_trailer pri;
    struct tn_trailer sec;
    uint8_t under_way;          // enum tn_swap_type of a swap that was begun; TN_SWAP_NONE: none
    bool moved;                 // it may have moved data: it has to go on
    bool needs_staged_verdict;  // the verdict on TN_PLACE_STAGED says where to go on
    bool newer;      // the candidate's version is above the running image's, where that counts
    uint8_t loaded;  // the place whose image was copied to RAM, + 1; 0: none
    // Known from this boot.
    bool recovery;  // a button or a request asks for recovery
    bool swapped;   // a swap was finished in this boot
    bool failed;    // a flash operation of a swap failed in this boot
    const struct tn_layout *layout;
    uint32_t verdict[TN_PLACE_COUNT];
};

// The values differ in many bits, so that no flipped bit turns one into another.
enum tn_plan_action {
    TN_PLAN_VERIFY = 0x1d,   // is the image in this place genuine?
    TN_PLAN_SWAP = 0x2b,     // begin or continue the swap of this type; mark; load to RAM
    TN_PLAN_DISCARD = 0x47,  // erase the request for a candidate that is not genuine
    // The last plans of a boot.
    TN_PLAN_RUN = 0xb4,      // run the image in this place: it is genuine
    TN_PLAN_RECOVER = 0xe2,  // start recovery: nothing can run, or it was asked for
};

struct tn_boot_plan {
    enum tn_plan_action action;
    enum tn_place place;     // for VERIFY, RUN; for SWAP: what comes into the primary slot
    enum tn_swap_type type;  // for SWAP
};

// The memory of a strategy during a swap.
struct tn_swap {
    uint32_t phase;
    uint32_t is_revert;  // swap using offset: no image is left in the spare slot's first sector
    bool stays;          // swap using offset: the new image's copy in the spare slot would stay
    bool lost;           // something could not be read: the new image must be verified again
    bool fresh;          // the next stretch may be half written: copy it even if it looks right
    bool skips;          // writing the records of a stretch that is equal in both slots
    uint32_t record;     // status records written
    uint32_t records;    // status records of the whole swap
    uint32_t pos;        // progress within an erase, or within erase and copy of a stretch; else 0
    uint32_t sector;     // bytes of a sector
    uint32_t used[2];    // bytes of the image that leaves the primary slot, and of the new one
    uint32_t swap_size;  // bytes of the larger image
    struct tn_crypt *crypt;  // NULL: neither image is encrypted
    uint32_t tlvs[2];        // bytes of their unprotected TLVs, as the trailer keeps them
    uint32_t sectors;        // of the larger image
    uint32_t prepared;       // boot/encrypted.c: how far it is
    bool verifies;
    uint32_t region[2];  // begin and end of the current region; [1] is 0: not computed yet
};

// Set slots, strategy, trust and view.recovery; the rest to 0. The slots' layout is the strategy's.
struct tn_boot {
    struct tn_boot_view view;  // first: a Cortex-M0 reaches bytes only near a struct's beginning
    const struct tn_slots *slots;
    const struct tn_strategy *strategy;
    const struct tn_trust *trust;
    struct tn_crypt *crypt;  // NULL: encrypted images are refused
    struct tn_boot *next;    // of several images (boot/set.h); NULL: this is the last one
    struct tn_boot_plan plan;
    int rc;  // how the last plan ended: 0 or an error
    // private
    int8_t reason[TN_PLACE_COUNT];  // enum tn_err
    uint32_t busy;                  // a plan is under way
    union {
        struct tn_verify verify;
        struct tn_swap swap;
    };
};

// For strategies with trailers: reads both trailers into b->view. No swap is under way then.
void tn_boot_look_trailers(struct tn_boot *b);

// For strategies with trailers: one step of DISCARD.
int tn_boot_discard(struct tn_boot *b);

// The decision of strategies that copy or swap into a primary slot. A pure function.
void tn_boot_decide(const struct tn_boot_view *v, struct tn_boot_plan *ret);

// Does the next piece of b->plan: one erase, a few writes, the hash of 192 bytes or one signature.
// TN_MORE, or 0 when the plan is done and it is time to look again. An error ends the plan, too:
// view.failed keeps it for decide, and the boot goes on.
int tn_boot_step(struct tn_boot *b);

// Where the bytes of the image in this place are.
void tn_boot_source(const struct tn_boot *b, enum tn_place place, struct tn_image_src *ret);

// Why the image in this place is BAD: an error as of tn_verify_error. 0 if it is not BAD.
int tn_boot_reason(const struct tn_boot *b, enum tn_place place);

TN_C_END

#endif
