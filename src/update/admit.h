// SPDX-License-Identifier: Apache-2.0
// Rules of the loader that an update holds to already: an image that the loader would refuse is
// refused before the image in its place is erased.
//
// Knows versions and security counters. The loader decides in the end (boot/policy.h).
#ifndef TN_UPDATE_ADMIT_H
#define TN_UPDATE_ADMIT_H

#include "boot/policy.h"
#include "update/update.h"

// The caller's, and lives on.
struct tn_admit {
    uint8_t rules;              // TN_RULE_NO_DOWNGRADE, TN_RULE_NO_ROLLBACK; others: no effect
    const struct tn_area *log;  // where the counter is kept (boot/log.h); NULL: nowhere
    const struct tn_counter *counter;  // NULL: it is kept in the log
    bool is_application;  // the image in the primary slot runs: it is genuine, and not verified
};

// Lets u hold to the rules:
//   - no downgrade: the version counts against a genuine image in the primary slot only. Refused at
//     the first chunk: TN_EDOWNGRADE.
//   - no roll-back: the security counter lies behind the image, so that it is looked at when all of
//     it is there, and the image is taken back: TN_EROLLBACK.
void tn_admit_by(struct tn_update *u, const struct tn_admit *a);

#endif
