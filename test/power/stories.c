// SPDX-License-Identifier: Apache-2.0
#include "stories.h"

#include "base/compiler.h"

enum {
    IN_PLACE = XIP | RAM_LOAD,  // the newer image runs, requested or not
    TWO_SLOTS = SWAPS | OVERWRITE | IN_PLACE | XIP_REVERT,
};

const struct story stories[] = {
        // The loader's own work.
        {"test-longer", SWAPS, GOOD, GOOD, SHORT, LONG, "t", 'b', "NOO", "OOO", NULL, true},
        {"test-shorter", SWAPS, GOOD, GOOD, LONG, SHORT, "t", 'b', "NOO", "OOO", NULL, true},
        {"test-largest", SWAPS, GOOD, GOOD, MOST, MOST, "t", 'b', "NOO", "OOO", NULL, true},
        {"permanent", SWAPS, GOOD, GOOD, LONG, LONG, "p", 'b', "NNN", NULL, NULL, true},
        {"overwrite-shorter", OVERWRITE, GOOD, GOOD, LONG, SHORT, "p", 'b', "NNN", NULL, NULL,
                false},
        {"overwrite-short", OVERWRITE, GOOD, GOOD, SHORT, SHORT, "p", 'b', "NNN", NULL, NULL,
                false},
        {"overwrite-largest", OVERWRITE, GOOD, GOOD, SHORT, MOST, "p", 'b', "NNN", NULL, NULL,
                false},
        {"first", SWAPS | OVERWRITE, NOTHING, GOOD, SHORT, LONG, "p", 'b', "NNN", NULL, NULL,
                false},
        {"first-test", SWAPS, NOTHING, GOOD, SHORT, LONG, "t", 'b', "NNN", NULL, NULL, false},
        {"revert-longer", SWAPS, GOOD, GOOD, LONG, SHORT, "tb", 'b', "OOO", NULL, NULL, true},
        {"revert-shorter", SWAPS, GOOD, GOOD, SHORT, LONG, "tb", 'b', "OOO", NULL, NULL, true},
        {"revert-largest", SWAPS, GOOD, GOOD, MOST, MOST, "tb", 'b', "OOO", NULL, NULL, true},
        {"revert-asked", OFFSET, GOOD, GOOD, LONG, SHORT, "pbv", 'b', "OOO", NULL, NULL, true},
        {"refused", SWAPS | OVERWRITE, GOOD, BAD, SHORT, LONG, "q", 'b', "OOO", NULL, "ut=N",
                false},
        {"fallback", SWAPS | OVERWRITE, BAD, GOOD, SHORT, LONG, "", 'b', "NNN", NULL, NULL, false},
        {"fallback-previous", SWAPS, GOOD, GOOD, LONG, SHORT, "pbd", 'b', "OOO", NULL, NULL, false},
        {"mcuboot-test", SCRATCH, GOOD, GOOD, SHORT, SHORT, "m", 'b', "NOO", "OOO", NULL, true},
        {"mcuboot-permanent", SCRATCH, GOOD, GOOD, SHORT, SHORT, "n", 'b', "NNN", NULL, NULL, true},
        {"mark", XIP_REVERT, GOOD, GOOD, SHORT, LONG, "t", 'b', "NOO", "OOO", NULL, true},

        {"unmet", SETS | SWAPS | OVERWRITE, GOOD, UNMET, SHORT, LONG, "q", 'b', "OOO", NULL, NULL,
                false},

        // An application's requests. After a cut the request can be repeated.
        {"ask-test", SWAPS, GOOD, GOOD, SHORT, LONG, "", 't', "NOO|OOO", NULL, "a=NOO", true},
        {"ask-test", OVERWRITE, GOOD, GOOD, SHORT, LONG, "", 't', "NNN|OOO", NULL, NULL, false},
        {"ask-test", XIP_REVERT, GOOD, GOOD, SHORT, LONG, "", 't', "NOO|OOO", NULL, NULL, true},
        {"ask-permanent", SWAPS | OVERWRITE | XIP_REVERT, GOOD, GOOD, SHORT, LONG, "", 'p',
                "NNN|OOO", NULL, NULL, false},
        {"ask-more", SWAPS | XIP_REVERT, GOOD, GOOD, SHORT, LONG, "t", 'p', "NOO|NNN", "OOO", NULL,
                true},
        {"ask-revert", OFFSET, GOOD, GOOD, LONG, SHORT, "pb", 'v', "NNN|OOO", NULL, NULL, true},
        {"confirm", SWAPS | XIP_REVERT, GOOD, GOOD, SHORT, LONG, "tb", 'c', "NNN|OOO", NULL, NULL,
                true},

        // Uploads and erases. The running image is untouched, and the next upload works.
        {"upload", SWAPS, GOOD, RUBBISH, SHORT, LONG, "", 'u', "OOO", NULL, "ut=NOO", false},
        {"upload", OVERWRITE | XIP_REVERT, GOOD, RUBBISH, SHORT, LONG, "", 'u', "OOO", NULL,
                "up=NNN", false},
        {"upload", IN_PLACE, GOOD, RUBBISH, SHORT, LONG, "", 'u', "OOO|NNN", NULL, "u=NNN", false},
        {"upload-shorter", SWAPS | OVERWRITE, GOOD, RUBBISH, LONG, LONG, "", 'u', "OOO", NULL,
                "xp=XXX", false},
        {"upload-over", SWAPS, GOOD, GOOD, SHORT, LONG, "pb", 'x', "NNN", NULL, "xp=XXX", false},
        {"erase", SWAPS | OVERWRITE | XIP_REVERT, GOOD, GOOD, SHORT, LONG, "", 'e', "OOO", NULL,
                "up=NNN", false},

        // Recovery writes the primary slot. Until the image is complete, recovery starts, or the
        // image in the spare slot runs.
        {"recover", TWO_SLOTS | SINGLE, BAD, NOTHING, SHORT, LONG, "", 'w', "RRR|NNN", NULL,
                "w=NNN", false},
        {"recover-over", TWO_SLOTS | SINGLE, GOOD, NOTHING, SHORT, LONG, "", 'w', "OOO|RRR|NNN",
                NULL, "w=NNN", false},
        {"recover-beside", SWAPS | OVERWRITE | XIP_REVERT, GOOD, GOOD, SHORT, LONG, "", 'y',
                "OOO|NNN|XXX", NULL, NULL, false},
        {"recover-beside", IN_PLACE, GOOD, GOOD, SHORT, LONG, "", 'y', "NNN|XXX", NULL, "y=XXX",
                false},
};
const size_t nstories = TN_LEN(stories);
