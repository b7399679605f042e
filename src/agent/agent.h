// SPDX-License-Identifier: Apache-2.0
// The update agent: the part of an update service that is the same in every application. It steps
// the links and the image writer, and resets the chip when the answer to a reset request is sent.
//
// Knows channels, the image writer and the request for the next boot. Knows no groups and no chip.
// doc/your_app.md uses it.
#ifndef TN_AGENT_AGENT_H
#define TN_AGENT_AGENT_H

#include <stdbool.h>

#include "base/compiler.h"
#include "boot/handover.h"
#include "channel/channel.h"
#include "update/update.h"

TN_C_BEGIN

enum {
    TN_AGENT_LINGER_MS =
            50,  // from the last byte of an answer to the reset: it must leave the UART
};

// Owned by the program. Set what stands before "private", the rest to 0.
struct tn_agent {
    struct tn_channel *links;  // the first link; its member next is the second
    struct tn_update *update;
    const struct tn_retained *request;  // where a request for the next boot is written

    uint32_t (*now_ms)(void);  // a clock that may wrap
    void (*reset)(void);       // resets the chip; does not return

    // private
    bool reset_is_due;
    bool is_leaving;  // the answer is sent; requests are no longer served
    uint32_t leaving_ms;
};

// Does the next step: at most one on each link and one of the image writer, each of them one flash
// operation at most. Never waits. Returns false if there was nothing to do. Call it in a loop from
// one thread, never from an interrupt.
bool tn_agent_poll(struct tn_agent *a);

// The function reset of struct tn_serve_os, whose ctx is the struct tn_agent. mode is that of
// tn_run_mode_of. Returns 0, TN_EINVAL for an unknown mode, or TN_ENOTSUP for the chip's ROM
// loader.
int tn_agent_reset(void *agent, uint32_t mode);

// What the loader did before this start, in words for a log, without a line end; never NULL.
// handover: where the loader writes its record.
const char *tn_agent_boot_text(const struct tn_retained *handover);

TN_C_END

#endif
