// SPDX-License-Identifier: Apache-2.0
// What an upgrade goes by, for upgrade.c, which does it, check.c, which compares first, and plan.c,
// which tells what it would do.
#ifndef TN_HOST_UPGRADE_UPGRADE_PRIV_H
#define TN_HOST_UPGRADE_UPGRADE_PRIV_H

#include "host/upgrade/upgrade.h"

// The slot of l that holds the image, or NULL. Where both do, the one that runs.
const struct tn_slot_state *tn_upgrade_ours(
        const struct tn_upgrade *u, const struct tn_slot_list *l);

// Does the next reset run what t, a slot of l, holds?
bool tn_upgrade_is_next(const struct tn_slot_list *l, const struct tn_slot_state *t);

// Is a test of it asked for before the reset?
bool tn_upgrade_wants_test(
        const struct tn_upgrade *u, const struct tn_slot_list *l, const struct tn_slot_state *t);

// What is in this slot of image 0, or NULL.
const struct tn_slot_state *tn_upgrade_in_slot(const struct tn_slot_list *l, uint32_t slot);

// The slot that an upload goes to: n - 1 by its number; else the one that does not run; of an empty
// device, slot 0.
int tn_upgrade_target(const struct tn_upgrade *u, const struct tn_slot_list *l);

// Asks the device what it takes, and compares the file: size, key, address, version and counter.
// l: what is on the device. 0, or -1 with a fault. What the device does not tell is not compared.
int tn_upgrade_check(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

#endif
