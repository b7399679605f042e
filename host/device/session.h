// SPDX-License-Identifier: Apache-2.0
// A conversation with one device: the client (src/client) run over a transport by poll(2).
#ifndef TN_HOST_DEVICE_SESSION_H
#define TN_HOST_DEVICE_SESSION_H

#include <signal.h>

#include "client/client.h"
#include "host/base/clock.h"
#include "host/base/text.h"
#include "host/transport/transport.h"

// What an upload tells while it runs.
struct tn_progress {
    size_t done, size;
    uint32_t resumed_at;
    uint32_t retries;
};

struct tn_session {
    // The caller's.
    struct tn_transport *transport;
    uint32_t timeout_ms;                // patience for one answer; 0: 2000
    uint8_t max_window;                 // most requests in flight; 0: what the device allows
    const volatile sig_atomic_t *stop;  // not 0: end with INTERRUPTED; NULL: never
    void (*progress)(void *ctx, const struct tn_progress *p);             // of uploads; may be NULL
    void (*trace)(void *ctx, bool sent, const uint8_t *pkt, size_t len);  // may be NULL
    void *ctx;
    void (*note)(void *note_ctx, const char *text);  // what is worth a line; may be NULL
    void *note_ctx;

    // What is known of the device (tn_session_probe).
    uint32_t buf_size, buf_count;  // 0: it did not say
    bool is_tenon;                 // a server of ours: it may be asked for words
    char kernel[32];               // its answer to os info "s", or ""
    bool was_heard;                // it has answered at least once

    // private
    bool is_open;
    bool told_busy;
    struct tn_client client;
    uint8_t *out;
    uint32_t started_ms;
};

// Opens the transport. Faults: NO_DEVICE, BUSY.
int tn_session_open(struct tn_session *s, struct tn_fault *f);

// Closes it; what is known of the device stays.
void tn_session_close(struct tn_session *s);

// Closes and opens again until that works or deadline_ms have passed: for a device that went
// away. Faults: NO_DEVICE, INTERRUPTED.
int tn_session_reopen(struct tn_session *s, uint32_t deadline_ms, struct tn_fault *f);

// Asks for parameters and for who it is. Optional commands that it does not know are no fault.
// Faults: NOT_SMP where nothing ever answers.
int tn_session_probe(struct tn_session *s, struct tn_fault *f);

// Patience with the first try of a call that may be repeated at no cost (struct tn_call, start_ms):
// some round trips of the calls before.
uint32_t tn_session_soon_ms(const struct tn_session *s);

// One request and its answer, whatever that says: look at ret->rc. Opens what is not open. A read
// for which call sets no patience is asked again soon. The answer's spans stay until the next call
// of this session. Faults: LINK, NOT_SMP, INTERRUPTED, INTERNAL.
int tn_session_call(
        struct tn_session *s, const struct tn_call *call, struct tn_reply *ret, struct tn_fault *f);

// The same, and an answer with an error is a fault: REFUSED, with the device's code in words.
// what is what was asked for: "cannot erase".
int tn_session_ask(struct tn_session *s, const struct tn_call *call, const char *what,
        struct tn_reply *ret, struct tn_fault *f);

// Sends a file to an image (or slot + 1). Where the way has no checksum, a refusal may be the
// damage's: then the file is sent again, at most 8 times, and the user is told. A device that is
// busy with another link is waited for. Faults: REFUSED,
// LINK, DAMAGED (arrived, and the device says that it does not match), TOO_LARGE, INTERRUPTED.
int tn_session_upload(
        struct tn_session *s, const uint8_t *file, size_t len, uint32_t image, struct tn_fault *f);

// Fills a fault from a reply with an error. Returns -1.
int tn_session_refused(const struct tn_reply *r, const char *what, struct tn_fault *f);

// Waits, unless the user stops it. Returns 0 or -1 with INTERRUPTED.
int tn_session_sleep(struct tn_session *s, uint32_t ms, struct tn_fault *f);

#endif
