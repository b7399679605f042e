// SPDX-License-Identifier: Apache-2.0
// What the trailers ask the next boot for: MCUboot's tables (MCUboot docs/design.md, "Image
// trailer" and "Swap type"), and what they leave open: torn flags (rules TORN-* of SPEC.md).
#include "boot/trailer.h"

enum tn_swap_type tn_boot_next(const struct tn_trailer *pri, const struct tn_trailer *sec,
        const struct tn_layout *layout) {
    if (sec->magic == TN_MAGIC_GOOD) {
        if (layout->mark == TN_CELL_COPY_DONE && sec->image_ok == TN_FLAG_UNSET &&
                sec->copy_done == TN_FLAG_SET) {
            return TN_SWAP_REVERT;
        }
        // TORN-REQUEST: a torn image_ok was to make it permanent. A test is the safer half.
        return sec->image_ok == TN_FLAG_SET ? TN_SWAP_PERM : TN_SWAP_TEST;
    }
    // TORN-CONFIRM: a torn image_ok counts as set, for its writer was content.
    // TORN-DONE: a torn copy_done counts as set, for the copy was done.
    if (layout->reverts && pri->magic == TN_MAGIC_GOOD && pri->image_ok == TN_FLAG_UNSET &&
            pri->copy_done != TN_FLAG_UNSET) {
        return TN_SWAP_REVERT;
    }
    return TN_SWAP_NONE;
}
