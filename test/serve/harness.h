// SPDX-License-Identifier: Apache-2.0
// A server over a device in memory, with requests in hex or as CBOR.
#ifndef TN_TEST_SERVE_HARNESS_H
#define TN_TEST_SERVE_HARNESS_H

#include "serve/image.h"
#include "serve/os.h"
#include "support/device.h"

enum {
    CHUNK_MAX = 512,
};

struct harness {
    struct test_device device;
    struct tn_update update;
    struct tn_serve_os os;
    struct tn_serve_image image;
    struct tn_smp_group groups[2];
    struct tn_smp_server server;
    struct tn_smp_peer peer;
    uint8_t buf[CHUNK_MAX + 32];
    int resets;
    bool can_recover;  // the program accepts mode 1 of a reset
    uint32_t asked_mode;
    uint8_t rsp[512];
    int rsp_len;
};

void harness_begin(struct harness *h, enum tn_writable writable);

// After a loss of power: a new server over the same flash.
void harness_restart(struct harness *h);

// Serves a request, with all work that its answer needs. Returns the response's length.
int harness_serve(struct harness *h, const uint8_t *req, size_t len);

// The same in hex. The response must be exactly this.
void harness_expect(struct harness *h, const char *request, const char *response);

// Serves a request of version 2 with this body. Returns 0; the group's error code ("err", "rc"), 1
// or more; or -1000 minus a plain "rc".
int harness_ask(
        struct harness *h, uint8_t op, uint16_t group, uint8_t id, const struct tn_cbor_out *body);

// Sends one chunk of an upload, with len only at off 0. Returns like ask. *ret_off: the answer's.
int harness_chunk(struct harness *h, const struct test_image *img, uint32_t off, uint32_t n,
        uint32_t number, bool with_sha, uint32_t *ret_off);

// Sends the whole image in chunks of n.
int harness_upload(struct harness *h, const struct test_image *img, uint32_t n, uint32_t number);

// Writes the state. hash may be NULL.
int harness_mark(struct harness *h, const uint8_t *hash, bool confirm);

// Reads a slot's flags from the state: letters of "bpcaP" for bootable, pending, confirmed, active,
// permanent; "-" if the slot is not listed.
const char *harness_flags(struct harness *h, uint32_t slot);

#endif
