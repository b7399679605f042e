// SPDX-License-Identifier: Apache-2.0
// Which image runs: look, decide, step, until the plan says RUN or RECOVER (boot/settle.h has the
// loop).
//
// Knows slots, trailers and verdicts. Knows no link, no core, no clock. Power may be lost at
// any instant: the next look finds what is to be done.
#ifndef TN_BOOT_BOOT_H
#define TN_BOOT_BOOT_H

#include "boot/strategy.h"
#include "boot/trailer.h"
#include "image/verify.h"

// What is known of an image in a place. GENUINE is TN_GENUINE, and boots.
#define TN_UNKNOWN 0x00000000u
#define TN_BAD TN_REFUSED  // absent, damaged, not signed, or not to be read

// All that decide knows.
struct tn_boot_view {
    // What look found; all 0 where the strategy does not look for it.
    struct tn_trailer pri;
    struct tn_trailer sec;
    uint8_t under_way;          // enum tn_swap_type of a swap that was begun; TN_SWAP_NONE: none
    bool moved;                 // it may have moved something: there is no way but on
    bool needs_staged_verdict;  // where to go on depends on the verdict on TN_PLACE_STAGED
    bool newer;      // the candidate's version is above the running image's, where that counts
    uint8_t loaded;  // the place whose image was copied to RAM, + 1; 0: none
    // What this boot knows besides.
    bool recovery;  // somebody asks for recovery: a button, a request
    bool swapped;   // a swap was finished in this very boot
    bool failed;    // a flash operation of a swap failed in this boot
    const struct tn_layout *layout;
    uint32_t verdict[TN_PLACE_COUNT];
};

// Far apart, so that no flipped bit and no skipped instruction makes one of another.
enum tn_plan_action {
    TN_PLAN_VERIFY = 0x1d,   // is the image in this place genuine?
    TN_PLAN_SWAP = 0x2b,     // do the swap of this type, or go on with it; mark; load to RAM
    TN_PLAN_DISCARD = 0x47,  // take back the request for a candidate that is not genuine
    // From here on nothing is left to do.
    TN_PLAN_RUN = 0xb4,      // run the image in this place: it is genuine
    TN_PLAN_RECOVER = 0xe2,  // serve until an image is there, or as asked
};

struct tn_boot_plan {
    enum tn_plan_action action;
    enum tn_place place;     // for VERIFY, RUN; for SWAP: what comes into the primary slot
    enum tn_swap_type type;  // for SWAP; if it is under way, it is gone on with
};

// A swap under way: a strategy's own memory.
struct tn_swap {
    uint8_t phase;
    bool lost;         // something could not be read: what came is to be verified again
    bool fresh;        // the next stretch may be half written: do not trust its looks
    bool skips;        // records of a stretch that needs no copies are being written
    bool is_revert;    // swap using offset: what ends in the spare slot's first sector is no image
    uint32_t record;   // status records written
    uint32_t records;  // when all is done
    uint32_t pos;      // within an erase, or the erase and the copy of a stretch
    uint32_t sectors;  // of the larger image
    uint32_t used[2];  // bytes of the image that leaves the primary slot, and that comes
    uint32_t swap_size;  // bytes of the larger image
    uint32_t tlvs[2];    // bytes of their unprotected TLVs, which the trailer keeps
    uint32_t sector;     // bytes of one
    uint32_t region[2];  // where scratch's current region begins and ends; [1] is 0: not looked up
};

// Set slots, strategy, trust and view.recovery; the rest to 0. The slots' layout is the strategy's.
struct tn_boot {
    struct tn_boot_view view;  // first: a Cortex-M0 reaches bytes only near a struct's beginning
    const struct tn_slots *slots;
    const struct tn_strategy *strategy;
    const struct tn_trust *trust;
    struct tn_boot *next;  // of several images; NULL: this is the last one
    struct tn_boot_plan plan;
    int rc;  // how the last plan ended: 0 or an error
    // private
    int reason[TN_PLACE_COUNT];
    uint32_t busy;  // a plan is under way
    union {
        struct tn_verify verify;
        struct tn_swap swap;
    };
};

// For strategies with trailers: reads both into b->view, where no swap is under way then.
void tn_boot_look_trailers(struct tn_boot *b);

// For the same: the step that takes back a request for a candidate that is not genuine.
int tn_boot_discard(struct tn_boot *b);

// What to do about what was seen, by strategies with a primary slot. A pure function.
void tn_boot_decide(const struct tn_boot_view *v, struct tn_boot_plan *ret);

// Does the next piece of b->plan: one erase, a few writes, the hash of 256 bytes or one signature.
// TN_MORE, or 0 when the plan is done and it is time to look again. An error ends a plan too;
// it is kept for the next look, and never stops a boot.
int tn_boot_step(struct tn_boot *b);

// Where the bytes of the image in this place are.
void tn_boot_source(const struct tn_boot *b, enum tn_place place, struct tn_image_src *ret);

// Why the image in this place is BAD: as tn_verify_error. 0 if it is not known to be.
int tn_boot_reason(const struct tn_boot *b, enum tn_place place);

#endif
