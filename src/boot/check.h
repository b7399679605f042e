// SPDX-License-Identifier: Apache-2.0
// Do these slots fit their strategy? For tools, tests and the simulator; a loader's slots are
// const, and checked where they are built.
#ifndef TN_BOOT_CHECK_H
#define TN_BOOT_CHECK_H

#include "boot/slots.h"

// NULL if the strategy can work with the slots; else what is wrong, as what follows its name and a
// colon. Nothing is read from the flash.
const char *tn_slots_fault(const struct tn_slots *s);

// "swap-offset" and so on; NULL for a row or a name that is none of Tenon's.
const char *tn_strategy_name(const struct tn_strategy *strategy);
const struct tn_strategy *tn_strategy_by_name(const char *name);

#endif
