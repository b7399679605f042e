// SPDX-License-Identifier: Apache-2.0
// What the loader tells the application: which image it started, how, and what happened before.
//
// A record of 32 bytes with a CRC, in RAM that neither program initialises. An application that a
// debugger or another loader has started finds no record.
#ifndef TN_BOOT_HANDOVER_H
#define TN_BOOT_HANDOVER_H

#include <stdint.h>

#include "base/compiler.h"
#include "boot/request.h"

TN_C_BEGIN

enum {
    TN_HANDOVER_LEN = 32,
};

// What the boot did with the slots.
enum tn_boot_event {
    TN_BOOTED_PLAIN = 0,      // nothing
    TN_BOOTED_TEST = 1,       // an image was swapped in, and is on test
    TN_BOOTED_PERMANENT = 2,  // an image was swapped in for good
    TN_BOOTED_REVERTED = 3,   // the previous image is back
    TN_BOOTED_REFUSED = 4,    // a requested image was not genuine; reason says why
    TN_BOOTED_FALLBACK = 5,   // the running image was not genuine, the spare one took its place
};

// Why the boot took place, as far as a loader's own reset has caused it.
enum tn_boot_why {
    TN_WHY_NOTHING = 0,
    TN_WHY_QUIET = 1,  // recovery, which software had opened, got no request for a time
};

struct tn_handover {
    uint8_t mode;       // enum tn_run_mode
    uint8_t slot;       // enum tn_slot of the image that was started
    uint8_t strategy;   // struct tn_layout, mode
    uint8_t event;      // enum tn_boot_event
    int8_t reason;      // enum tn_err, for REFUSED and FALLBACK
    uint8_t loader[3];  // the loader's version: major, minor, patch
    uint8_t outcome;    // enum tn_outcome of the last attempt to update (boot/log.h)
    uint8_t attempts;   // boots of that image since it was installed
    uint8_t image;      // the image's number, where there are several
    uint8_t rules;      // TN_RULE_* of boot/policy.h: the rules that the loader enforces
    uint8_t why;        // enum tn_boot_why
    uint32_t max_image;
};

void tn_handover_put(const struct tn_retained *r, const struct tn_handover *h);

// 0, or TN_ENOENT if there is no record with a right CRC.
int tn_handover_get(const struct tn_retained *r, struct tn_handover *ret);

TN_C_END

#endif
