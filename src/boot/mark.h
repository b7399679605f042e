// SPDX-License-Identifier: Apache-2.0
// What an application, or a server in either place, writes into the trailers: a request for
// the next boot, and that it is content with the image that runs.
#ifndef TN_BOOT_MARK_H
#define TN_BOOT_MARK_H

#include "boot/slots.h"
#include "boot/trailer.h"

// What the next boot will do, as the trailers stand.
enum tn_swap_type tn_boot_pending(const struct tn_slots *s);

// The same, and the spare slot's trailer that it saw.
enum tn_swap_type tn_boot_pending_by(const struct tn_slots *s, struct tn_trailer *ret_spare);

// Asks the next boot for a swap: TEST or PERM bring the candidate, REVERT the previous image
// for good. A pending TEST can be turned into PERM. That the image is genuine is not looked at.
//
// The flags are written before the magic, so that a cut leaves the whole request or none.
// 0: done. TN_MORE: a torn request was erased (one sector), call again. TN_ESTATE: another
// request is pending. TN_ENOTSUP: REVERT, and the strategy has no mark for it.
int tn_boot_request(const struct tn_slots *s, enum tn_swap_type type);

// Confirms the image that runs from this slot: it is not reverted any more. One write at most; to
// call it again is harmless. An image that was never swapped is confirmed already.
int tn_boot_confirm_in(const struct tn_slots *s, enum tn_slot slot);

// The same where images run in the primary slot, as they do but for direct-XIP and RAM load: there
// struct tn_handover names the slot.
static inline int tn_boot_confirm(const struct tn_slots *s) {
    return tn_boot_confirm_in(s, TN_PRIMARY);
}

#endif
