// SPDX-License-Identifier: Apache-2.0
// Files up and down over a way that loses requests and answers: a piece whose answer was lost is
// asked for again, and the server, which has it already, refuses it.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/err.h"
#include "host/fs.h"
#include "serve/fs.h"
#include "serve/harness.h"
#include "test.h"

enum { LEN = 9000, SEEDS = 5 };

static struct tn_fault fault;
static struct harness h;

// ---- The device's file -------------------------------------------------------------------

static uint8_t file[LEN];
static uint32_t file_len;
static bool full;  // there is no room for more

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

// ---- The way there -----------------------------------------------------------------------

struct way {
    struct tn_transport head;
    int fd;
    uint32_t seed;
    unsigned loss;  // of 1000 packets, either way
    unsigned lost;
    size_t len;  // of the answer that waits
};

static struct way *self(const struct tn_transport *t) {
    return (struct way *)(uintptr_t)t;
}

static int way_open(struct tn_transport *t, struct tn_fault *f) {
    (void)f;
    self(t)->fd = open("/dev/null", O_RDWR);
    return 0;
}

static void way_close(struct tn_transport *t) {
    close(self(t)->fd);
}

static int way_wait_for(const struct tn_transport *t, short *ret_events) {
    *ret_events = self(t)->len ? POLLIN : 0;
    return self(t)->fd;
}

static bool way_is_idle(const struct tn_transport *t) {
    (void)t;
    return true;
}

static bool is_lost(struct way *w) {
    bool lost = tn_test_random(&w->seed) % 1000 < w->loss;

    w->lost += lost;
    return lost;
}

static int way_send(
        struct tn_transport *t, const void *pkt, size_t len, bool retry, struct tn_fault *f) {
    struct way *w = self(t);

    (void)retry, (void)f;
    if (!is_lost(w)) {
        harness_serve(&h, pkt, len);
        w->len = is_lost(w) ? 0 : (size_t)h.rsp_len;
    }
    return 0;
}

static int way_work(struct tn_transport *t, struct tn_fault *f) {
    (void)t, (void)f;
    return 0;
}

static const uint8_t *way_receive(struct tn_transport *t, size_t *ret_len) {
    *ret_len = self(t)->len;
    self(t)->len = 0;
    return *ret_len ? h.rsp : NULL;
}

static const struct tn_transport_ops ops = {.open = way_open,
        .close = way_close,
        .wait_for = way_wait_for,
        .is_idle = way_is_idle,
        .send = way_send,
        .work = way_work,
        .receive = way_receive};

static void begin(struct way *w, struct tn_session *s, uint32_t seed, unsigned loss) {
    harness_begin(&h, TN_SLOTS_SPARE);
    h.server.groups = groups;
    h.server.ngroups = 1;
    full = false;
    *w = (struct way){.seed = seed, .loss = loss};
    w->head = (struct tn_transport){.ops = &ops, .name = "way", .max_packet = 400};
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

TEST(a_refusal_that_is_meant_stays_one) {
    static const uint8_t data[LEN];
    struct way w;
    struct tn_session s;

    begin(&w, &s, 1, 0);
    full = true;
    CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
    tn_session_close(&s);
}
