// SPDX-License-Identifier: Apache-2.0
// Checks that slots fit their layout. For tools, tests and the simulator; a loader's slots are
// const and are checked when they are built.
#ifndef TN_BOOT_CHECK_H
#define TN_BOOT_CHECK_H

#include "base/compiler.h"
#include "boot/slots.h"

TN_C_BEGIN

// NULL if the slots fit; else what is wrong, in words that follow the layout's name and a colon.
// Reads nothing from the flash.
const char *tn_slots_fault(const struct tn_slots *s);

// "swap-offset" and so on; NULL for a row or a name that is none of Tenon's.
const char *tn_layout_name(const struct tn_layout *layout);
const struct tn_layout *tn_layout_by_name(const char *name);

TN_C_END

#endif
