// SPDX-License-Identifier: Apache-2.0
// What the loader tells the application: who started it, how, and what happened before.
//
// A record of 32 bytes with a CRC in memory that the loader leaves alone: an application that
// was started by a debugger, or by another loader, finds none.
#ifndef TN_BOOT_HANDOVER_H
#define TN_BOOT_HANDOVER_H

#include <stdint.h>

#include "boot/request.h"

enum {
    TN_HANDOVER_LEN = 32,
};

// What the last boot did about the slots.
enum tn_boot_event {
    TN_BOOTED_PLAIN = 0,      // nothing was to be done
    TN_BOOTED_TEST = 1,       // an image was swapped in, and is on test
    TN_BOOTED_PERMANENT = 2,  // an image was swapped in for good
    TN_BOOTED_REVERTED = 3,   // the previous image is back
    TN_BOOTED_REFUSED = 4,    // a requested image was not genuine; reason says why
    TN_BOOTED_FALLBACK = 5,   // the running image was not genuine, the spare one took its place
};

struct tn_handover {
    uint8_t mode;       // enum tn_run_mode
    uint8_t slot;       // that runs
    uint8_t strategy;   // struct tn_layout, mode
    uint8_t event;      // enum tn_boot_event
    int8_t reason;      // enum tn_err, for REFUSED and FALLBACK
    uint8_t loader[3];  // the loader's version: major, minor, patch
    uint8_t outcome;    // enum tn_outcome of the last attempt to update (boot/log.h)
    uint8_t attempts;   // of its boots
    uint8_t image;      // number of the image that this is about
    uint8_t rules;      // TN_RULE_* of boot/policy.h: the rules that the loader holds to
    uint32_t max_image;
};

void tn_handover_put(const struct tn_retained *r, const struct tn_handover *h);

// 0, or TN_ENOENT if there is no record whose check fits.
int tn_handover_get(const struct tn_retained *r, struct tn_handover *ret);

#endif
