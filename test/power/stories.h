// SPDX-License-Identifier: Apache-2.0
// What is cut, and what every boot after it has to do: a table.
//
// Letters of acts: b a boot; t p v a request for a test, for good, for a revert, of an image that
// was verified; q a request for a test of any; a as t or, if that is refused, an upload of N and
// t; c a confirmation; u x an upload of N or X to the spare slot; w y the same to the primary
// slot; e an erase of the spare slot; d damage to the running image; m n MCUboot's swap using
// scratch that lost power at its first record, as a test, for good. Letters of what runs: O the
// old image, N the new one, X a later one, R recovery.
#ifndef TN_TEST_POWER_STORIES_H
#define TN_TEST_POWER_STORIES_H

#include "rig.h"

enum {
    BOOTS = 3,  // after a cut: by then nothing changes any more
};

// Lengths of images, in a hundredth of the largest.
enum {
    SHORT = 35,
    LONG = 80,
    MOST = 100,
};

// What lies in a slot at the start.
enum content {
    NOTHING,
    GOOD,     // O in the primary slot, N where a candidate is
    BAD,      // the same, not genuine
    RUBBISH,  // anything, trailer and all
};

struct story {
    const char *name;
    unsigned strategies;  // set
    enum content primary;
    enum content spare;
    uint8_t old_len;
    uint8_t new_len;
    const char *before;   // acts
    char act;             // that is cut
    const char *allowed;  // what BOOTS boots run, "NOO|OOO"
    const char *late;     // allowed too if copy_done was being written, or was; NULL: nothing
    const char *again;    // acts that have to work then, and what runs: "t=NOO"; NULL: none
    bool keeps;           // the image that does not run is whole in the spare slot
};

extern const struct story stories[];
extern const size_t nstories;

#endif
