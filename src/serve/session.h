// SPDX-License-Identifier: Apache-2.0
// The image group for a device with several links: one of them updates at a time.
//
// Knows links by number and the time. The commands are those of serve/image.h. While an upload or
// another job of one link goes on, what would end it is answered "busy" on the others, until the
// link was silent for TN_SESSION_SILENCE_MS: then another one may take over. The link itself may
// begin anew at any time. Lists and slot info are for all.
#ifndef TN_SERVE_SESSION_H
#define TN_SERVE_SESSION_H

#include "serve/image.h"

enum {
    TN_SESSION_SILENCE_MS = 10000,
};

// The program's. Set image, the rest to 0. Peers tell link and now_ms.
struct tn_serve_session {
    struct tn_serve_image image;
    // private
    bool is_owned;
    uint8_t owner;      // the link whose job was the last one
    uint32_t since_ms;  // when it was last heard
};

extern const struct tn_smp_cmd tn_serve_session_cmds[4];
tn_smp_handler tn_serve_session_late;

// A row for a server's table of groups, in the place of TN_SERVE_IMAGE. s: struct tn_serve_session.
#define TN_SERVE_SESSION(s)                                                                        \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_session_cmds, tn_serve_image_errs, tn_serve_image_words,   \
            tn_serve_session_late, (s))

#endif
