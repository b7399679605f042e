// SPDX-License-Identifier: Apache-2.0
// What an SMP server does with packets. Public headers only.
#include "smp/server.h"

#include "base/err.h"
#include "test.h"

static int calls;
static int late_calls;

static int count(void *ctx, struct tn_smp_req *rq) {
    tn_cbor_pair_uint(&rq->out, "n", (uint32_t)++ * (int *)ctx);
    return 0;
}

static int fail_plain(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    tn_cbor_pair_uint(&rq->out, "half", 1);
    return TN_EBUSY;
}

static int fail_own(void *ctx, struct tn_smp_req *rq) {
    (void)ctx, (void)rq;
    return TN_EMAGIC;
}

static int begin_late(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    tn_cbor_pair_uint(&rq->out, "gone", 1);
    late_calls = 0;
    return TN_LATER;
}

static int go_on(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    if (++late_calls < 3) {
        return TN_LATER;
    }
    tn_cbor_pair_uint(&rq->out, "late", 1);
    return 0;
}

static int fill(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    for (int i = 0; i < 100; i++) {
        tn_cbor_put_uint(&rq->out, 70000);
    }
    return 0;
}

static const struct tn_smp_cmd cmds[] = {
        {3, count, NULL},
        {4, fail_plain, fail_own},
        {5, NULL, begin_late},
        {6, fill, NULL},
};
static const struct tn_smp_err errs[] = {{TN_EMAGIC, 23 | TN_SMP_V1_UNKNOWN}};
static const char *words(int err) {
    return err == TN_EMAGIC ? "magic mismatch" : NULL;
}
static const struct tn_smp_group groups[] = {TN_SMP_GROUP(64, cmds, errs, words, go_on, &calls)};
static const struct tn_smp_peer peer = {.buf_size = 100, .buf_count = 1};
static uint8_t rsp[64];

// Serves the request and compares the response; "" is none.
static struct tn_smp_server *serve(const char *request, const char *want) {
    static struct tn_smp_server server;
    uint8_t req[128];
    uint8_t expected[128];
    size_t len = tn_test_hex(req, sizeof(req), request);
    size_t want_len = tn_test_hex(expected, sizeof(expected), want);

    server = (struct tn_smp_server){
            groups, 1, .rsp = rsp, .rsp_size = sizeof(rsp), .words = tn_smp_words};
    size_t got = tn_smp_serve(&server, &peer, req, len);
    CHECK_EQ(got, want_len);
    CHECK_MEM(rsp, expected, want_len);
    return &server;
}

TEST(a_read_is_answered_with_the_same_sequence_and_command) {
    calls = 0;
    serve("0000 0001 0040 0703 a0", "0100 0005 0040 0703 bf616e01ff");
    serve("0800 0001 0040 ff03 a0", "0900 0005 0040 ff03 bf616e02ff");
    CHECK_EQ(calls, 2);
}

TEST(a_write_to_a_read_only_command_is_not_supported) {
    calls = 0;
    serve("0200 0000 0040 0703", "0300 0006 0040 0703 bf62726308ff");
    CHECK_EQ(calls, 0);
}

TEST(unknown_groups_and_commands_are_not_supported_in_both_versions) {
    serve("0800 0001 0063 0500 a0", "0900 0006 0063 0500 bf62726308ff");
    serve("0000 0001 0040 0563 a0", "0100 0006 0040 0563 bf62726308ff");
}

TEST(a_newer_version_is_refused_in_ours) {
    serve("1000 0001 0040 0203 a0", "0900 0006 0040 0203 bf6272630dff");
    serve("1800 0001 0040 0203 a0", "0900 0006 0040 0203 bf6272630dff");
}

TEST(a_response_is_never_answered) {
    for (int op = 0; op < 8; op++) {
        if (op != TN_SMP_READ && op != TN_SMP_WRITE) {
            char text[32] = "0000 0001 0040 0703 a0";
            text[1] = (char)('0' + op);
            serve(text, "");
        }
    }
}

TEST(fewer_bytes_than_a_header_are_no_request) {
    serve("", "");
    serve("0000 0001 0040 07", "");
}

TEST(a_length_beyond_the_packet_is_corrupt_and_one_before_its_end_a_limit) {
    calls = 0;
    serve("0800 0010 0040 0703 a0", "0900 0006 0040 0703 bf62726309ff");
    CHECK_EQ(calls, 0);
    uint8_t req[64];
    struct tn_smp_server server = {
            groups, 1, .rsp = rsp, .rsp_size = sizeof(rsp), .words = tn_smp_words};
    size_t len = tn_test_hex(req, sizeof(req), "0800 0001 0040 0803 a0 0800 0001 0040 0903 a0");
    CHECK_EQ(tn_smp_serve(&server, &peer, req, len), 13);
    CHECK_EQ(tn_smp_server_used(&server), 9);
    CHECK_EQ(rsp[6], 8);
}

TEST(reserved_bits_and_flags_are_ignored) {
    calls = 0;
    serve("e8ff 0001 0040 0703 a0", "0900 0005 0040 0703 bf616e01ff");
}

TEST(errors_are_said_in_the_words_of_the_version) {
    serve("0800 0001 0040 0104 a0", "0900 0006 0040 0104 bf6272630aff");
    serve("0a00 0001 0040 0104 a0", "0b00 0014 0040 0104 bf63657272bf6567726f7570184062726317ffff");
    serve("0200 0001 0040 0104 a0",
            "0300 0019 0040 0104 bf627263016372736e6e6d61676963206d69736d61746368ff");
}

TEST(only_a_client_that_asks_gets_words_in_version_2) {
    // {"tn": true}
    serve("0a00 0005 0040 0104 a162746ef5",
            "0b00 0027 0040 0104 bf63657272bf6567726f7570184062726317ff6372736e6e6d61676963206d6973"
            "6d61746368ff");
    serve("0a00 0005 0040 0104 a162746ef4",
            "0b00 0014 0040 0104 bf63657272bf6567726f7570184062726317ffff");
}

TEST(a_server_without_words_tells_codes_only) {
    struct tn_smp_server server = {groups, 1, .rsp = rsp, .rsp_size = sizeof(rsp)};
    uint8_t req[16];
    uint8_t want[32];
    size_t len = tn_test_hex(req, sizeof(req), "0200 0005 0040 0104 a162746ef5");
    size_t want_len = tn_test_hex(want, sizeof(want), "0300 0006 0040 0104 bf62726301ff");
    CHECK_EQ(tn_smp_serve(&server, &peer, req, len), want_len);
    CHECK_MEM(rsp, want, want_len);
}

TEST(a_late_answer_comes_with_its_own_header) {
    struct tn_smp_server *s = serve("0a00 0001 0040 4205 a0", "");
    uint8_t want[32];
    size_t len = tn_test_hex(want, sizeof(want), "0b00 0008 0040 4205 bf646c61746501ff");
    CHECK(tn_smp_server_busy(s));
    CHECK_EQ(tn_smp_resume(s), 0);
    CHECK_EQ(tn_smp_resume(s), 0);
    CHECK_EQ(tn_smp_resume(s), len);
    CHECK_MEM(rsp, want, len);
    CHECK(!tn_smp_server_busy(s));
    CHECK_EQ(tn_smp_resume(s), 0);
}

TEST(an_answer_too_large_for_its_buffer_says_so) {
    serve("0800 0001 0040 0706 a0", "0900 0006 0040 0706 bf62726307ff");
    uint8_t req[9];
    uint8_t small[80];
    tn_test_hex(req, sizeof(req), "0800 0001 0040 0706 a0");
    for (size_t size = TN_SMP_RSP_MIN; size < sizeof(small); size++) {
        struct tn_smp_server server = {groups, 1, .rsp = small, .rsp_size = size};
        memset(small, 0x55, sizeof(small));
        CHECK_EQ(tn_smp_serve(&server, &peer, req, sizeof(req)), 14);
        CHECK_EQ(small[size], 0x55);
    }
}
