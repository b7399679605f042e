// SPDX-License-Identifier: Apache-2.0
// How a new image gets to where it runs: a strategy is a layout (boot/slots.h) and the steps that a
// loader takes with it. A const row, a file.
//
// Knows views and plans (boot/boot.h). Only loaders link strategies.
#ifndef TN_BOOT_STRATEGY_H
#define TN_BOOT_STRATEGY_H

#include "base/compiler.h"
#include "boot/slots.h"

TN_C_BEGIN

struct tn_boot;
struct tn_boot_view;
struct tn_boot_plan;
struct tn_swap;
struct tn_move;

// A member that is NULL is not called.
struct tn_strategy {
    const struct tn_layout *layout;
    // Where the bytes of TN_PLACE_STAGED are.
    void (*source)(const struct tn_slots *s, struct tn_image_src *ret);
    // Fills the view except for verdicts: trailers, a swap under way, what else decide needs. Never
    // fails: what cannot be read counts as BAD. Never NULL.
    void (*look)(struct tn_boot *b);
    void (*decide)(const struct tn_boot_view *v, struct tn_boot_plan *ret);
    int (*begin)(struct tn_boot *b);    // 0, or why it cannot be done
    int (*step)(struct tn_boot *b);     // one flash operation: TN_MORE, 0 when done, or an error
    int (*discard)(struct tn_boot *b);  // one step of DISCARD: tn_boot_discard
    // Of a strategy that keeps records: what the next one stands for. False: nothing is moved.
    bool (*move)(struct tn_swap *w, const struct tn_slots *s, struct tn_move *ret);
};

// Swap, and can revert.
extern const struct tn_strategy tn_swap_offset;
extern const struct tn_strategy tn_swap_move;
extern const struct tn_strategy tn_swap_scratch;

// Copies, and cannot revert.
extern const struct tn_strategy tn_overwrite_only;

// Runs the newer genuine image where it is. Ignores requests and confirmations.
extern const struct tn_strategy tn_direct_xip;

// The same with tests: a requested image runs once, marked by copy_done, and not again unless it
// confirms itself. An image without a trailer counts as confirmed; one with a trailer comes first.
extern const struct tn_strategy tn_direct_xip_revert;

// Copies the newer image that is genuine to RAM, verifies it there, and runs it there.
extern const struct tn_strategy tn_ram_load;

// Verifies and runs the one slot.
extern const struct tn_strategy tn_single_slot;

// Tenon's strategy of this layout; NULL if there is none. For the simulator and tests: it links all
// strategies.
const struct tn_strategy *tn_strategy_of(const struct tn_layout *layout);

TN_C_END

#endif
