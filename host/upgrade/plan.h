// SPDX-License-Identifier: Apache-2.0
// What an upgrade would do. Reads the device's lists and writes nothing to the device.
#ifndef TN_HOST_UPGRADE_PLAN_H
#define TN_HOST_UPGRADE_PLAN_H

#include "host/upgrade/upgrade.h"

#include "base/compiler.h"

TN_C_BEGIN

struct tn_plan {
    bool upload, test, reset, confirm;  // the steps, in this order; none: the image runs already
    int slot;                           // where the upload goes; -1: the device decides
    char blocked[160];                  // why the device would refuse, or ""
    char replaces[160];  // the image that the upload would overwrite, if it waits for a reset
    struct tn_upgrade_notes notes;  // what the user may not expect of the upload
    struct tn_slot_list list;       // what is on the device now
};

// u as for tn_upgrade; its session is open. ret: a plan for each image. Faults: those of a session,
// and those of tn_upgrade before a byte is sent.
int tn_upgrade_plan(struct tn_upgrade *u, struct tn_plan *ret, struct tn_fault *f);

TN_C_END

#endif
