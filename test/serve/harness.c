// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <string.h>

#include "base/err.h"
#include "test.h"

static int reset(void *ctx, uint32_t mode) {
    struct harness *h = ctx;

    if (mode > 1 || (mode && !h->can_recover)) {
        return mode > 1 ? TN_EINVAL : TN_ENOTSUP;
    }
    h->resets++;
    h->asked_mode = mode;
    return 0;
}

static const char *const words[] = {"Tenon", "harness", "7", "none"};

void harness_restart(struct harness *h) {
    h->update = (struct tn_update){
            .slots = &h->device.slots, .trust = &test_trust, .buf = h->buf, .size = sizeof(h->buf)};
    h->server = (struct tn_smp_server){.groups = h->groups,
            .ngroups = 2,
            .rsp = h->rsp,
            .rsp_size = sizeof(h->rsp),
            .words = tn_smp_words};
    tn_nor_power_on(&h->device.nor);
}

void harness_begin(struct harness *h, enum tn_writable writable) {
    memset(h, 0, sizeof(*h));
    test_device_init(&h->device, &small_shape);
    h->can_recover = true;
    h->os = (struct tn_serve_os){
            .reset = reset, .ctx = h, .letters = "snvp", .words = words, .mode = 9};
    h->image = (struct tn_serve_image){&h->update, writable};
    h->groups[0] = (struct tn_smp_group)TN_SERVE_OS(&h->os);
    h->groups[1] = (struct tn_smp_group)TN_SERVE_IMAGE(&h->image);
    h->peer = (struct tn_smp_peer){.buf_size = 2048, .buf_count = 2};
    harness_restart(h);
}

int harness_serve(struct harness *h, const uint8_t *req, size_t len) {
    h->rsp_len = (int)tn_smp_serve(&h->server, &h->peer, req, len);
    while (tn_smp_server_busy(&h->server)) {
        h->rsp_len = (int)tn_smp_resume(&h->server);
    }
    return h->rsp_len;
}

void harness_expect(struct harness *h, const char *request, const char *response) {
    uint8_t req[600];
    uint8_t want[600];
    size_t want_len = tn_test_hex(want, sizeof(want), response);

    harness_serve(h, req, tn_test_hex(req, sizeof(req), request));
    CHECK_EQ(h->rsp_len, want_len);
    CHECK_MEM(h->rsp, want, want_len);
}

static int error_of(struct harness *h) {
    struct tn_cbor_in in;
    struct tn_cbor_in err = {0};
    uint32_t rc = 0;
    const struct tn_cbor_field fields[] = {{"rc", TN_FIELD_UINT, &rc}, {"err", TN_FIELD_ANY, &err}};

    CHECK(h->rsp_len > TN_SMP_HDR_LEN);
    tn_cbor_in_init(&in, h->rsp + TN_SMP_HDR_LEN, (size_t)h->rsp_len - TN_SMP_HDR_LEN);
    int found = tn_cbor_get_map(&in, fields, 2);
    CHECK(found >= 0);
    if (found & 2) {
        CHECK_EQ(tn_cbor_get_map(&err, fields, 1), 1);
        return (int)rc;
    }
    return found & 1 ? -1000 - (int)rc : 0;
}

int harness_ask(
        struct harness *h, uint8_t op, uint16_t group, uint8_t id, const struct tn_cbor_out *body) {
    uint8_t req[TN_SMP_HDR_LEN + 1024];
    struct tn_smp_hdr hdr = {.op = op, .version = 1, .group = group, .id = id, .seq = 9};

    hdr.len = (uint16_t)body->len;
    tn_smp_hdr_put(req, &hdr);
    memcpy(req + TN_SMP_HDR_LEN, body->buf, body->len);
    harness_serve(h, req, TN_SMP_HDR_LEN + body->len);
    return error_of(h);
}

int harness_chunk(struct harness *h, const struct test_image *img, uint32_t off, uint32_t n,
        uint32_t number, bool with_sha, uint32_t *ret_off) {
    uint8_t buf[1024];
    struct tn_cbor_out out;
    struct tn_cbor_in in;
    const struct tn_cbor_field field = {"off", TN_FIELD_UINT, ret_off};

    tn_cbor_out_init(&out, buf, sizeof(buf));
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "off", off);
    tn_cbor_put_str(&out, "data");
    tn_cbor_put_bytes(&out, img->bytes + off, n);
    if (!off) {
        tn_cbor_pair_uint(&out, "len", img->len);
        tn_cbor_pair_uint(&out, "image", number);
        if (with_sha) {
            tn_cbor_put_str(&out, "sha");
            tn_cbor_put_bytes(&out, img->sha, sizeof(img->sha));
        }
    }
    tn_cbor_close(&out);
    CHECK(!out.full);
    int rc = harness_ask(h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_UPLOAD, &out);
    tn_cbor_in_init(&in, h->rsp + TN_SMP_HDR_LEN, (size_t)h->rsp_len - TN_SMP_HDR_LEN);
    if (!rc) {
        CHECK_EQ(tn_cbor_get_map(&in, &field, 1), 1);
    }
    return rc;
}

int harness_upload(struct harness *h, const struct test_image *img, uint32_t n, uint32_t number) {
    uint32_t off = 0;
    int rc = 0;

    for (int i = 0; !rc && off < img->len && i < 100000; i++) {
        rc = harness_chunk(h, img, off, tn_min(n, img->len - off), number, true, &off);
    }
    return rc;
}

int harness_mark(struct harness *h, const uint8_t *hash, bool confirm) {
    uint8_t buf[64];
    struct tn_cbor_out out;

    tn_cbor_out_init(&out, buf, sizeof(buf));
    tn_cbor_open_map(&out);
    if (hash) {
        tn_cbor_put_str(&out, "hash");
        tn_cbor_put_bytes(&out, hash, TN_HASH_LEN);
    }
    tn_cbor_pair_bool(&out, "confirm", confirm);
    tn_cbor_close(&out);
    return harness_ask(h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_STATE, &out);
}

// Writes the letters of one entry if it belongs to the slot.
static bool read_entry(struct tn_cbor_in *in, uint32_t slot, char *ret) {
    uint32_t number = 99;
    bool flags[5] = {false};
    const struct tn_cbor_field fields[] = {
            {"slot", TN_FIELD_UINT, &number},
            {"bootable", TN_FIELD_BOOL, &flags[0]},
            {"pending", TN_FIELD_BOOL, &flags[1]},
            {"confirmed", TN_FIELD_BOOL, &flags[2]},
            {"active", TN_FIELD_BOOL, &flags[3]},
            {"permanent", TN_FIELD_BOOL, &flags[4]},
    };

    CHECK_EQ(tn_cbor_get_map(in, fields, 6), 63);
    if (number != slot) {
        return false;
    }
    for (int i = 0; i < 5; i++) {
        if (flags[i]) {
            *ret++ = "bpcaP"[i];
        }
    }
    *ret = '\0';
    return true;
}

const char *harness_flags(struct harness *h, uint32_t slot) {
    static char text[8];
    uint8_t empty[] = {0xa0};
    struct tn_cbor_out body = {empty, 1, 1, false};
    struct tn_cbor_in in;
    struct tn_cbor_in images;
    struct tn_cbor_seq list;
    const struct tn_cbor_field field = {"images", TN_FIELD_ANY, &images};

    CHECK_EQ(harness_ask(h, TN_SMP_READ, TN_SMP_IMAGE, TN_IMG_STATE, &body), 0);
    tn_cbor_in_init(&in, h->rsp + TN_SMP_HDR_LEN, (size_t)h->rsp_len - TN_SMP_HDR_LEN);
    CHECK_EQ(tn_cbor_get_map(&in, &field, 1), 1);
    CHECK_EQ(tn_cbor_enter(&images, TN_CBOR_LIST, &list), 0);
    strcpy(text, "-");
    while (tn_cbor_next(&images, &list) > 0) {
        if (read_entry(&images, slot, text)) {
            break;
        }
    }
    return text;
}
