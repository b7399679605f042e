// SPDX-License-Identifier: Apache-2.0
// Sends and receives files over a link that loses requests and answers. If the answer to a piece
// was lost, the host sends the piece again, and the server, which has it already, refuses it.
#include "base/err.h"
#include "host/device/fs.h"
#include "serve/fs.h"
#include "test.h"
#include "way.h"

enum { LEN = 9000, SEEDS = 5 };

static struct tn_fault fault;
static struct harness h;

// ---- The device's file -------------------------------------------------------------------

static uint8_t file[LEN];
static uint32_t file_len;
static bool full;  // the file system has no room left

static int get_size(void *ctx, const char *name, uint32_t *ret) {
    (void)ctx, (void)name;
    *ret = file_len;
    return 0;
}

static int read_file(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len) {
    uint32_t n = file_len - off < len ? file_len - off : len;

    (void)ctx, (void)name;
    memcpy(buf, file + off, n);
    return (int)n;
}

static int create(void *ctx, const char *name) {
    (void)ctx, (void)name;
    file_len = 0;
    return 0;
}

static int append(void *ctx, const char *name, const void *buf, uint32_t len) {
    (void)ctx, (void)name;
    if (full || len > LEN - file_len) {
        return TN_ENOSPC;
    }
    memcpy(file + file_len, buf, len);
    file_len += len;
    return 0;
}

static struct tn_serve_fs fs = {.size = get_size,
        .read = read_file,
        .create = create,
        .append = append,
        .sha256 = &tn_sha256_bearssl};
static const struct tn_smp_group groups[] = {TN_SERVE_FS(&fs)};

static void begin(struct way *w, struct tn_session *s, uint32_t seed, unsigned loss) {
    harness_begin(&h, TN_SLOTS_SPARE);
    h.server.groups = groups;
    h.server.ngroups = 1;
    full = false;
    way_begin(w, &h);
    w->seed = seed;
    w->loss = loss;
    *s = (struct tn_session){.transport = &w->head, .buf_size = 400, .was_heard = true};
    fault = (struct tn_fault){0};
}

// ------------------------------------------------------------------------------------------

TEST(a_file_goes_up_and_down_although_packets_are_lost) {
    static uint8_t data[LEN];

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct way w;
        struct tn_session s;
        struct tn_buf got = {0};
        begin(&w, &s, seed, 100);
        for (size_t i = 0; i < LEN; i++) {
            data[i] = (uint8_t)tn_test_random(&w.seed);
        }
        CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), 0);
        CHECK_EQ(file_len, LEN);
        CHECK_MEM(file, data, LEN);
        CHECK_EQ(tn_device_file_get(&s, "/a", &got, &fault), 0);
        CHECK_EQ(got.len, LEN);
        CHECK_MEM(got.p, data, LEN);
        CHECK(w.lost > 0);
        tn_buf_free(&got);
        tn_session_close(&s);
    }
}

TEST(a_real_refusal_is_reported) {
    static const uint8_t data[LEN];
    struct way w;
    struct tn_session s;

    begin(&w, &s, 1, 0);
    full = true;
    CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    tn_session_close(&s);
}
