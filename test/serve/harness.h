// SPDX-License-Identifier: Apache-2.0
// A server over a device in memory, asked in hex or by CBOR built here.
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
    bool can_recover;  // the program takes mode 1 of a reset
    uint32_t asked_mode;
    uint8_t rsp[512];
    int rsp_len;
};

void harness_begin(struct harness *h, enum tn_writable writable);

// Power was lost: a server that knows nothing, over the same flash.
void harness_restart(struct harness *h);

// Serves a request and does what its answer waits for. Returns the response's length.
int harness_serve(struct harness *h, const uint8_t *req, size_t len);

// The same in hex; the response must be exactly this.
void harness_expect(struct harness *h, const char *request, const char *response);

// A request of version 2 whose map body holds. Returns 0; the group's error code ("err", "rc")
// from 1 on; or -1000 minus a plain "rc".
int harness_ask(
        struct harness *h, uint8_t op, uint16_t group, uint8_t id, const struct tn_cbor_out *body);

// One chunk of an upload; len only with off 0. Returns as ask. *ret_off: what the answer says.
int harness_chunk(struct harness *h, const struct test_image *img, uint32_t off, uint32_t n,
        uint32_t number, bool with_sha, uint32_t *ret_off);

// All of it in chunks of n.
int harness_upload(struct harness *h, const struct test_image *img, uint32_t n, uint32_t number);

// State write. hash may be NULL.
int harness_mark(struct harness *h, const uint8_t *hash, bool confirm);

// The flags of a slot in the state: letters of "bpcaP" for bootable, pending, confirmed, active,
// permanent; "-" if the slot is not listed.
const char *harness_flags(struct harness *h, uint32_t slot);

#endif
