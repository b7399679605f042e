// SPDX-License-Identifier: Apache-2.0
// A file of its own, so that a program without these words does not link them.
#include "agent/agent.h"
#include "base/compiler.h"

const char *tn_agent_boot_text(const struct tn_retained *handover) {
    static const char *const texts[] = {
            [TN_BOOTED_PLAIN] = "nothing new",
            [TN_BOOTED_TEST] = "a new version, on test",
            [TN_BOOTED_PERMANENT] = "a new version, permanent",
            [TN_BOOTED_REVERTED] = "the previous version is back",
            [TN_BOOTED_REFUSED] = "an update was refused: not genuine",
            [TN_BOOTED_FALLBACK] = "the image in slot 0 was damaged: the spare one runs",
    };
    struct tn_handover h;

    if (tn_handover_get(handover, &h) || h.event >= TN_LEN(texts)) {
        return "no record of a loader";
    }
    return texts[h.event];
}
