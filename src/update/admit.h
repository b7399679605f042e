// SPDX-License-Identifier: Apache-2.0
// The loader's rules, applied to an upload: an image that the loader would refuse is refused before
// it replaces another one.
//
// Knows versions and security counters. The loader makes the final decision (boot/policy.h).
#ifndef TN_UPDATE_ADMIT_H
#define TN_UPDATE_ADMIT_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "update/update.h"

TN_C_BEGIN

// Owned by the caller; must outlive the update.
struct tn_admit {
    uint8_t rules;              // TN_RULE_NO_DOWNGRADE, TN_RULE_NO_ROLLBACK; other rules have no
                                // effect
    const struct tn_area *log;  // the log that holds the counter (boot/log.h); NULL: none
    const struct tn_counter *counter;  // NULL: the counter is in the log
    bool is_application;  // the primary slot's image is running: it counts as genuine without a
                          // check
};

// Makes u apply the rules:
// - no downgrade: the version must not be older than that of a genuine image in the primary slot.
//   Refused at the first chunk: TN_EDOWNGRADE.
// - no roll-back: the security counter is stored behind the image, so it is checked when all of
//   the image has arrived. A refused image is erased again: TN_EROLLBACK.
void tn_admit_by(struct tn_update *u, const struct tn_admit *a);

TN_C_END

#endif
