// SPDX-License-Identifier: Apache-2.0
// The log of update outcomes: records that survive resets, in an area of their own.
//
// Knows what a record says, and judges nothing. flash/ring.h knows where records lie, and ignores
// torn ones.
#ifndef TN_BOOT_LOG_H
#define TN_BOOT_LOG_H

#include "base/compiler.h"
#include "boot/slots.h"
#include "flash/ring.h"
#include "image/format.h"

TN_C_BEGIN

// What a record says. SMP group 64 sends the same numbers, so they never change.
enum tn_outcome {
    TN_OUTCOME_NONE = 0,
    TN_OUTCOME_INSTALLED = 1,  // swapped in: on test or permanently
    TN_OUTCOME_CONFIRMED = 2,
    TN_OUTCOME_REVERTED = 3,  // because it was not confirmed
    // Rejected:
    TN_OUTCOME_SIGNATURE = 4,  // no signature, a wrong one, or one by an unknown key
    TN_OUTCOME_HASH = 5,
    TN_OUTCOME_VERSION = 6,     // older than allowed, by version or security counter
    TN_OUTCOME_SIZE = 7,        // does not fit
    TN_OUTCOME_GEOMETRY = 8,    // linked for another address
    TN_OUTCOME_DEPENDENCY = 9,  // needs another version of another image
    TN_OUTCOME_READ_ERROR = 10,
    TN_OUTCOME_FORMAT = 11,  // not an image, or of a kind that this loader does not run
    // Not by the loader: the application's server records the user's request (serve/take_back.c).
    TN_OUTCOME_TAKEN_BACK = 12,  // the user asked for the image before it
    // Rejected:
    TN_OUTCOME_ENCRYPTED = 13,  // for another device: its key cannot be unwrapped
    // Steps on the way to an outcome:
    TN_STEP_BEGUN = 0x80,    // its swap begins
    TN_STEP_TRIED = 0x81,    // it was started again without a confirmation
    TN_STEP_COUNTER = 0x82,  // the security counter was raised
};

enum {
    TN_RECORD_ID = 7,
};

// The newest record holds the whole state: each record repeats the counter.
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
void tn_log_open(struct tn_log *l, const struct tn_area *area, uint32_t image);

// Writes a record behind the newest one. Sets the record's counter so that it never goes down.
// Errors: as tn_ring_add.
int tn_log_add(struct tn_log *l, const struct tn_record *r);

// How many records the area has room for.
static inline uint32_t tn_log_room(const struct tn_log *l) {
    return tn_ring_room(&l->ring);
}

// The nth record from the newest (0) back. TN_ENOENT: there are no more. TN_ENOTSUP: it is of
// another image, or of a later format.
int tn_log_get(const struct tn_log *l, uint32_t nth, struct tn_record *ret);

// ---- record.c: a record and an image ---------------------------------------------------------

// Version and id of the image in this place; the rest of ret is 0. 0 or an error.
int tn_record_identify(const struct tn_slots *s, enum tn_place place, struct tn_record *ret);

// Are these records of the same image?
bool tn_record_is_of(const struct tn_record *a, const struct tn_record *b);

TN_C_END

#endif
