// SPDX-License-Identifier: Apache-2.0
// How the files for the groups' commands write requests and read answers.
#ifndef TN_HOST_DEVICE_ASK_PRIV_H
#define TN_HOST_DEVICE_ASK_PRIV_H

#include "host/base/file.h"
#include "host/device/session.h"

// The key-value pairs of a request, while they are written.
struct tn_body {
    uint8_t bytes[512];
    struct tn_cbor_out out;
};

void tn_body_begin(struct tn_body *b);

// npairs 0: b is not used, and may be NULL.
struct tn_call tn_call_of(
        uint16_t group, uint8_t id, uint8_t op, const struct tn_body *b, uint8_t npairs);

// The timeout for a command that takes n times as long as others.
uint32_t tn_times(const struct tn_session *s, uint32_t n);

// The fault for a malformed answer: "the device's WHAT cannot be read". Returns -1.
int tn_unreadable(const struct tn_session *s, const char *what, struct tn_fault *f);

// Calls take for each element of the list at in. take returns 0 to go on, or a value that ends the
// list. Returns 0 or -1.
int tn_each(struct tn_cbor_in *in, int (*take)(struct tn_cbor_in *in, void *ctx), void *ctx);

// The same for a map: name is the pair's key, in is at its value.
typedef int tn_take_pair(struct tn_cbor_in *in, struct tn_span name, void *ctx);
int tn_each_pair(struct tn_cbor_in *in, tn_take_pair *take, void *ctx);

// Sends a request and reads fields of the answer (tn_cbor_get_map). Returns their bits, or -1 with
// a fault.
int tn_ask_fields(struct tn_session *s, const struct tn_call *call, const char *what,
        const struct tn_cbor_field *fields, size_t n, struct tn_fault *f);

// Sends a request and reads one text of the answer. Returns 0 or -1.
int tn_ask_text(struct tn_session *s, const struct tn_call *call, const char *what, const char *key,
        char *ret, size_t size, struct tn_fault *f);

// Adds bytes to buf, whose memory has *room bytes: it grows with the bytes that arrive, not with
// the length that a device announces. Returns 0, or -1 with a fault.
int tn_append(struct tn_buf *buf, size_t *room, struct tn_span data, struct tn_fault *f);

#endif
