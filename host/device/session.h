// SPDX-License-Identifier: Apache-2.0
// A session with one device: runs the client (src/client) over a transport by tn_wait.
#ifndef TN_HOST_DEVICE_SESSION_H
#define TN_HOST_DEVICE_SESSION_H

#include <signal.h>

#include "base/compiler.h"
#include "client/client.h"
#include "host/base/clock.h"
#include "host/base/text.h"
#include "host/transport/transport.h"

TN_C_BEGIN

// The progress of an upload.
struct tn_progress {
    size_t done, size;
    uint32_t resumed_at;
    uint32_t retries;
};

struct tn_session {
    // Set by the caller.
    struct tn_transport *transport;
    uint32_t timeout_ms;                // timeout for one answer; 0: 2000
    uint8_t max_window;                 // limit of requests in flight; 0: what the device allows
    const volatile sig_atomic_t *stop;  // nonzero: end with INTERRUPTED; NULL: never
    void (*progress)(void *ctx, const struct tn_progress *p);             // of uploads; may be NULL
    void (*trace)(void *ctx, bool sent, const uint8_t *pkt, size_t len);  // may be NULL
    void *ctx;
    void (*note)(void *note_ctx, const char *text);  // gets notes for the user; may be NULL
    void *note_ctx;

    // What tn_session_probe found out about the device.
    uint32_t buf_size, buf_count;  // 0: not reported
    bool is_tenon;                 // a Tenon server: requests may ask it for words
    char kernel[32];               // its answer to os info "s", or ""
    bool was_heard;                // the device has answered at least once

    // private
    bool is_open;
    bool told_busy;
    struct tn_client client;
    uint8_t *out;
    uint32_t limit_ms, limit_from;
};

// Opens the transport. Faults: NO_DEVICE, BUSY.
int tn_session_open(struct tn_session *s, struct tn_fault *f);

// Closes the transport. What the probe found out stays.
void tn_session_close(struct tn_session *s);

// From now on, the whole work of this session ends after ms milliseconds at the latest, waits
// included: calls, uploads and waits then fail with the fault DEADLINE. 0: no limit.
void tn_session_limit(struct tn_session *s, uint32_t ms);

// Milliseconds until the limit; UINT32_MAX if there is none.
uint32_t tn_session_left(const struct tn_session *s);

// Reserves the device for changes by this program, as long as the transport lives. Of an open
// session. Fault: BUSY, another program of this user is changing it.
int tn_session_claim(struct tn_session *s, struct tn_fault *f);

// For a device that went away: closes, then tries to open until it succeeds or deadline_ms have
// passed. Faults: NO_DEVICE, INTERRUPTED.
int tn_session_reopen(struct tn_session *s, uint32_t deadline_ms, struct tn_fault *f);

// Queries the device's parameters and its name. A device may lack these optional commands: this is
// not a fault. Fault: NOT_SMP if the device never answers.
int tn_session_probe(struct tn_session *s, struct tn_fault *f);

// The timeout of the first try of a call that may be repeated at no cost (struct tn_call,
// start_ms): some round trips of earlier calls.
uint32_t tn_session_soon_ms(const struct tn_session *s);

// Sends one request and returns its answer, which may be an error: check ret->rc. Opens the
// transport if it is closed. If call sets no timeout, a read is repeated early. The answer's spans
// are valid until the next call of this session. Faults: LINK, NOT_SMP, INTERRUPTED, INTERNAL.
int tn_session_call(
        struct tn_session *s, const struct tn_call *call, struct tn_reply *ret, struct tn_fault *f);

// The same, but an answer with an error is a fault: REFUSED, with the device's code in words. what
// begins the line: "cannot erase".
int tn_session_ask(struct tn_session *s, const struct tn_call *call, const char *what,
        struct tn_reply *ret, struct tn_fault *f);

// Uploads a file to an image (or slot + 1). If the transport has no checksum, damaged bytes may
// have caused a refusal: then the file is sent again, at most 8 times, and note gets a line. If the
// device is busy with another link, waits for it. Faults: REFUSED, LINK, DAMAGED (all bytes
// arrived, but the device says that they do not match), TOO_LARGE, INTERRUPTED.
int tn_session_upload(
        struct tn_session *s, const uint8_t *file, size_t len, uint32_t image, struct tn_fault *f);

// Fills a fault from an error answer. Returns -1.
int tn_session_refused(const struct tn_reply *r, const char *what, struct tn_fault *f);

// Waits, unless the user stops it. Returns 0 or -1 with INTERRUPTED.
int tn_session_sleep(struct tn_session *s, uint32_t ms, struct tn_fault *f);

TN_C_END

#endif
