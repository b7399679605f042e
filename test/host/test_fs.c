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

TEST(a_server_that_loses_long_requests_gets_shorter_ones_after_two_losses) {
    static uint8_t data[LEN];

    for (size_t longest = 130; longest < 400; longest += 30) {
        struct way w;
        struct tn_session s;
        begin(&w, &s, 1, 0);
        w.longest = longest;
        data[LEN - 1]++;
        CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), 0);
        CHECK_EQ(file_len, LEN);
        CHECK_MEM(file, data, LEN);
        CHECK_EQ(w.too_long, 2);
        tn_session_close(&s);
    }
}

// A server whose offset never moves, or lies beyond what was sent.
static int32_t wrong_off;
static unsigned wrong_answers;

static int answer_wrong(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    wrong_answers++;
    tn_cbor_pair_uint(&rq->out, "off", (uint32_t)wrong_off);
    return 0;
}

static const struct tn_smp_cmd wrong_cmds[] = {{TN_FS_FILE, NULL, answer_wrong}};
static const struct tn_smp_group wrong_groups[] = {
        {TN_SMP_FS, 1, 0, wrong_cmds, NULL, NULL, NULL, NULL}};

TEST(offsets_that_cannot_be_right_end_an_upload_after_eight) {
    static const uint8_t data[LEN];
    static const int32_t offs[] = {0, LEN + 5, 5000};

    for (size_t i = 0; i < 3; i++) {
        struct way w;
        struct tn_session s;
        begin(&w, &s, 1, 0);
        h.server.groups = wrong_groups;
        wrong_off = offs[i];
        wrong_answers = 0;
        CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), -1);
        CHECK_EQ(fault.kind, TN_FAULT_REFUSED);
        CHECK(strstr(fault.text, "cannot be right") != NULL);
        CHECK_EQ(wrong_answers, 8);
        tn_session_close(&s);
    }
}

TEST(a_deadline_ends_an_upload_of_a_file) {
    static const uint8_t data[LEN];
    struct way w;
    struct tn_session s;

    begin(&w, &s, 1, 1000);
    tn_session_limit(&s, 500);
    CHECK_EQ(tn_device_file_put(&s, "/a", data, LEN, &fault), -1);
    CHECK_EQ(fault.kind, TN_FAULT_DEADLINE);
    tn_session_close(&s);
}
