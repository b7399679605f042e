// SPDX-License-Identifier: Apache-2.0
// What applications and servers write into trailers: a request for the next boot, and the
// confirmation of the running image.
#ifndef TN_BOOT_MARK_H
#define TN_BOOT_MARK_H

#include "base/compiler.h"
#include "boot/slots.h"
#include "boot/trailer.h"

TN_C_BEGIN

// What the next boot will do, as the trailers stand.
enum tn_swap_type tn_boot_pending(const struct tn_slots *s);

// The same; ret_spare: the spare slot's trailer.
enum tn_swap_type tn_boot_pending_by(const struct tn_slots *s, struct tn_trailer *ret_spare);

// Requests a swap at the next boot: TEST or PERM for the candidate, REVERT for the previous image,
// permanently. A pending TEST can be turned into PERM. Does not check that the image is genuine.
//
// The flags are written before the magic, so that a cut leaves the whole request or none.
// 0: done. TN_MORE: a torn request was erased (one sector), call again. TN_ESTATE: another
// request is pending. TN_ENOTSUP: REVERT, and the strategy has no mark for it.
int tn_boot_request(const struct tn_slots *s, enum tn_swap_type type);

// Confirms the image that runs from this slot, so that it is never reverted. Writes once at most,
// and may be called again. An image that was never swapped is confirmed already.
int tn_boot_confirm_in(const struct tn_slots *s, enum tn_slot slot);

// The same for images that run in the primary slot. With direct-XIP and RAM load they may run from
// either slot: struct tn_handover says which.
static inline int tn_boot_confirm(const struct tn_slots *s) {
    return tn_boot_confirm_in(s, TN_PRIMARY);
}

TN_C_END

#endif
