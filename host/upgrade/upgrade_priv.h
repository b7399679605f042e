// SPDX-License-Identifier: Apache-2.0
// What an upgrade goes by, for upgrade.c, which does it, and plan.c, which tells what it would do.
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

#endif
