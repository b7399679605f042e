// SPDX-License-Identifier: Apache-2.0
// The decisions of an upgrade. upgrade.c carries it out, check.c compares file and device first,
// and plan.c describes what it would do.
#ifndef TN_HOST_UPGRADE_UPGRADE_PRIV_H
#define TN_HOST_UPGRADE_UPGRADE_PRIV_H

#include "host/upgrade/upgrade.h"

// The slot of l that holds the image, or NULL. If both slots hold it, the one that runs.
const struct tn_slot_state *tn_upgrade_ours(
        const struct tn_upgrade *u, const struct tn_slot_list *l);

// Will the next reset run the image of t, a slot of l?
bool tn_upgrade_is_next(const struct tn_slot_list *l, const struct tn_slot_state *t);

// Must the upgrade request a test of t before the reset?
bool tn_upgrade_wants_test(
        const struct tn_upgrade *u, const struct tn_slot_list *l, const struct tn_slot_state *t);

// The image in this slot of image 0, or NULL.
const struct tn_slot_state *tn_upgrade_in_slot(const struct tn_slot_list *l, uint32_t slot);

// The slot of an upload: n - 1 if a slot was chosen by number; else the slot that does not run;
// slot 0 on an empty device.
int tn_upgrade_target(const struct tn_upgrade *u, const struct tn_slot_list *l);

// Queries what the device accepts, and compares the file: size, key, address, version and counter.
// l: the images on the device. Returns 0, or -1 with a fault. What the device does not report is
// not compared.
int tn_upgrade_check(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

#endif
