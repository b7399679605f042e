// SPDX-License-Identifier: Apache-2.0
// What became of updates: records that outlive resets, in an area of their own.
//
// Knows what a record says; judges nothing. Where records lie, and that torn ones do not count, is
// the ring's (flash/ring.h).
#ifndef TN_BOOT_LOG_H
#define TN_BOOT_LOG_H

#include "flash/ring.h"
#include "image/format.h"

// What a record says. Numbers are also what SMP group 64 tells, so they stay.
enum tn_outcome {
    TN_OUTCOME_NONE = 0,
    TN_OUTCOME_INSTALLED = 1,  // swapped in: on test, or for good
    TN_OUTCOME_CONFIRMED = 2,
    TN_OUTCOME_REVERTED = 3,   // because it was not confirmed
    TN_OUTCOME_SIGNATURE = 4,  // from here on rejected: none, wrong, or by an unknown key
    TN_OUTCOME_HASH = 5,
    TN_OUTCOME_VERSION = 6,     // older than allowed, by version or security counter
    TN_OUTCOME_SIZE = 7,        // does not fit
    TN_OUTCOME_GEOMETRY = 8,    // linked for another address
    TN_OUTCOME_DEPENDENCY = 9,  // needs another version of another image
    TN_OUTCOME_READ_ERROR = 10,
    TN_OUTCOME_FORMAT = 11,  // not an image, or one of a kind that this loader does not run
    // From here on no outcome, but a step on the way to one.
    TN_STEP_BEGUN = 0x80,    // its swap begins
    TN_STEP_TRIED = 0x81,    // it is started once more without being confirmed
    TN_STEP_COUNTER = 0x82,  // the security counter was raised
};

enum {
    TN_RECORD_ID = 7,
};

// All of the state is in the newest record: each one carries the counter on.
struct tn_record {
    uint8_t code;      // enum tn_outcome
    uint8_t attempts;  // boots of this image since it was installed
    int8_t reason;     // enum tn_err, for a rejected one
    uint32_t counter;  // the lowest security counter that may run
    struct tn_version version;
    uint8_t id[TN_RECORD_ID];  // the first bytes of the image's hash
};

struct tn_log {
    struct tn_record last;  // all 0 if there is none
    // private
    struct tn_ring ring;
};

// Finds the newest record of this image, a number of 0 to 15. area lives on: two sectors or more,
// of one size; NULL: no log, always empty. A record that cannot be read, or of a later format, does
// not count.
void tn_log_open(struct tn_log *l, const struct tn_area *area, uint8_t image);

// Writes a record behind the newest one; its counter is set here: it never goes
// down. Errors: as tn_ring_add.
int tn_log_add(struct tn_log *l, const struct tn_record *r);

// How many records the area has room for.
static inline uint32_t tn_log_room(const struct tn_log *l) {
    return tn_ring_room(&l->ring);
}

// The nth record from the newest (0) back. TN_ENOENT: there are no more. TN_ENOTSUP: it is of
// another image, or of a later format.
int tn_log_get(const struct tn_log *l, uint32_t nth, struct tn_record *ret);

#endif
