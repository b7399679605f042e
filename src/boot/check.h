// SPDX-License-Identifier: Apache-2.0
// Do these slots fit their layout? For tools, tests and the simulator; a loader's slots are
// const, and checked where they are built.
#ifndef TN_BOOT_CHECK_H
#define TN_BOOT_CHECK_H

#include "boot/slots.h"

// NULL if the layout works with the slots; else what is wrong, as what follows its name and a
// colon. Nothing is read from the flash.
const char *tn_slots_fault(const struct tn_slots *s);

// "swap-offset" and so on; NULL for a row or a name that is none of Tenon's.
const char *tn_layout_name(const struct tn_layout *layout);
const struct tn_layout *tn_layout_by_name(const char *name);

#endif
