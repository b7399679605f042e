// SPDX-License-Identifier: Apache-2.0
// The image group for a device with several clients: one of them updates at a time.
//
// Knows links by number, the clients of a link by theirs, and the time. The commands are those of
// serve/image.h. While one client's upload or other job is under way, a command of another one that
// would end it is answered "busy". After the first client was silent for TN_SESSION_SILENCE_MS,
// another one may take over. The first one itself may start again at any time. Lists and slot info
// are open to all. A file by DFU or XMODEM ends every job: what is left of it is answered "busy".
#ifndef TN_SERVE_SESSION_H
#define TN_SERVE_SESSION_H

#include "base/compiler.h"
#include "serve/image.h"

TN_C_BEGIN

enum {
    TN_SESSION_SILENCE_MS = 10000,
};

// Owned by the program. Set image, the rest to 0. The peer of each request gives link and now_ms.
struct tn_serve_session {
    struct tn_serve_image image;
    // private
    bool is_owned;
    uint8_t owner;      // the link that started the last job,
    uint32_t sender;    // and which of its clients
    uint32_t job;       // of the update: the last one that a client began
    uint32_t since_ms;  // when that client last sent a request
};

extern const struct tn_smp_cmd tn_serve_session_cmds[4];
tn_smp_handler tn_serve_session_late;

// A row for a server's table of groups, instead of TN_SERVE_IMAGE. s: struct tn_serve_session.
#define TN_SERVE_SESSION(s)                                                                        \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_session_cmds, tn_serve_image_errs, tn_serve_image_words,   \
            tn_serve_session_late, (s))

TN_C_END

#endif
