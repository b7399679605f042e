// SPDX-License-Identifier: Apache-2.0
// What is cut, and what every boot after a cut must do: a table.
//
// Letters of acts: b a boot; t p v a request for a test, a permanent swap or a revert, for an image
// that was verified; q a request for a test of any image; a like t or, if that is refused, an
// upload of N and t; c a confirmation; u x an upload of N or X to the spare slot; w y the same to
// the primary slot; e an erase of the spare slot; d damage to the running image; m n MCUboot's swap
// using scratch that lost power at its first record, as a test or permanent. Letters of what runs:
// O the old image, N the new one, X a later one, R recovery.
#ifndef TN_TEST_POWER_STORIES_H
#define TN_TEST_POWER_STORIES_H

#include "rig.h"

enum {
    BOOTS = 3,  // after a cut; by then nothing changes any more
};

// Lengths of images, in hundredths of the largest.
enum {
    SHORT = 35,
    LONG = 80,
    MOST = 100,
};

// The content of a slot at the start.
enum content {
    NOTHING,
    GOOD,     // O in the primary slot, N at the candidate's place
    BAD,      // like GOOD, but not genuine
    RUBBISH,  // random bytes, trailer included
    UNMET,    // like GOOD, but it needs a version of the next image that there is not
};

// Of several images: all members do what the letters say, and all run what they say; only the last
// candidate is BAD. SETS: for several images only.
enum {
    SETS = 1 << STRATEGIES,
};

struct story {
    const char *name;
    unsigned strategies;  // a set of strategies
    enum content primary;
    enum content spare;
    uint8_t old_len;
    uint8_t new_len;
    const char *before;   // acts
    char act;             // the act that is cut
    const char *allowed;  // what BOOTS boots run, "NOO|OOO"
    const char *late;  // allowed too if copy_done was being written, or was written; NULL: nothing
    const char
            *again;  // acts that must work after the boots, and what runs then: "t=NOO"; NULL: none
    bool keeps;      // the image that does not run stays whole in the spare slot
};

extern const struct story stories[];
extern const size_t nstories;

#endif
