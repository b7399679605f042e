// SPDX-License-Identifier: Apache-2.0
// Single calls: what goes out, which answers count, and measured answers of real servers
// (doc/reference/smp.md sections 10 and 11).
#include "base/compiler.h"
#include "base/err.h"
#include "client/client.h"
#include "test.h"

// A client and what it sent last.
struct rig {
    struct tn_client c;
    uint8_t out[512];
    int len;
};

static void begin(struct rig *r, uint16_t group, uint8_t id, uint8_t op, uint8_t npairs,
        const void *pairs, size_t len, uint8_t seq) {
    struct tn_call call = {.group = group,
            .id = id,
            .op = op,
            .npairs = npairs,
            .pairs = {pairs, len},
            .timeout_ms = 1000,
            .tries = 3};
    memset(r, 0, sizeof(*r));
    r->c.max_packet = sizeof(r->out);
    r->c.version = 1;
    r->c.seq = (uint8_t)(seq - 1);
    CHECK_EQ(tn_client_call(&r->c, &call), 0);
    r->len = tn_client_poll(&r->c, 0, r->out, sizeof(r->out));
}

// A read without members, answered by these digits.
static int answer(struct rig *r, uint16_t group, uint8_t id, uint8_t op, uint8_t seq,
        const char *digits, uint8_t *pkt, size_t size) {
    begin(r, group, id, op, 0, "", 0, seq);
    size_t n = tn_test_hex(pkt, size, digits);
    return tn_client_input(&r->c, pkt, n, 10);
}

TEST(a_request_has_the_bytes_that_smp_asks_for) {
    struct rig r;
    uint8_t want[64];

    begin(&r, 0, 6, TN_SMP_READ, 0, "", 0, 2);
    size_t n = tn_test_hex(want, sizeof(want), "08 00 0001 0000 02 06 a0");
    CHECK_EQ(r.len, n);
    CHECK_MEM(r.out, want, n);
    begin(&r, 0, 0, TN_SMP_WRITE, 1,
            "\x61"
            "d"
            "\x62hi",
            5, 1);
    n = tn_test_hex(want, sizeof(want), "0a00000600000100a16164626869");
    CHECK_EQ(r.len, n);
    CHECK_MEM(r.out, want, n);
}

TEST(a_tenon_server_is_asked_for_words) {
    struct rig r;
    uint8_t want[64];
    struct tn_call call = {.id = 6};

    memset(&r, 0, sizeof(r));
    r.c.max_packet = 64;
    r.c.tenon = true;
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
    r.len = tn_client_poll(&r.c, 0, r.out, sizeof(r.out));
    size_t n = tn_test_hex(want, sizeof(want), "00 00 0005 0000 01 06 a1 62746e f5");
    CHECK_EQ(r.len, n);
    CHECK_MEM(r.out, want, n);
}

// The CRC-32 is Python's zlib.crc32.
TEST(where_the_link_has_no_checksum_a_request_brings_one_along) {
    struct rig r;
    uint8_t want[64];
    struct tn_call call = {.id = 6};

    memset(&r, 0, sizeof(r));
    r.c.max_packet = 64;
    r.c.tenon = r.c.with_crc = true;
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
    r.len = tn_client_poll(&r.c, 0, r.out, sizeof(r.out));
    size_t n = tn_test_hex(
            want, sizeof(want), "00 00 000e 0000 01 06 a2 62746e f5 63637263 44 0156990f");
    CHECK_EQ(r.len, n);
    CHECK_MEM(r.out, want, n);
}

// ---- Answers of real servers -----------------------------------------------------------

TEST(parameters_of_both_versions_are_read) {
    struct rig r;
    uint8_t pkt[128];
    uint32_t size = 0, count = 0;
    const struct tn_cbor_field fields[] = {
            {"buf_size", TN_FIELD_UINT, &size},
            {"buf_count", TN_FIELD_UINT, &count},
    };
    struct tn_cbor_in in;

    CHECK_EQ(answer(&r, 0, 6, 0, 0xff,
                     "01000019 0000FF06 BF686275665F73697A651909AB696275665F636F756E7404FF", pkt,
                     sizeof(pkt)),
            1);
    CHECK_EQ(r.c.reply.rc, 0);
    CHECK_EQ(r.c.reply.version, 0);
    tn_cbor_in_init(&in, r.c.reply.body.ptr, r.c.reply.body.len);
    CHECK_EQ(tn_cbor_get_map(&in, fields, 2), 3);
    CHECK_EQ(size, 2475);
    CHECK_EQ(count, 4);
    CHECK_EQ(answer(&r, 0, 6, 0, 2,
                     "0900001900000206BF686275665F73697A65190800696275665F636F756E7402FF", pkt,
                     sizeof(pkt)),
            1);
    CHECK_EQ(r.c.reply.version, 1);
}

struct vector {
    uint16_t group;
    uint8_t id, op, seq;
    const char *digits;
    int32_t rc, err_group;
};

TEST(errors_of_real_servers_are_read) {
    static const struct vector vectors[] = {
            // erase storage, not there (6.1); version too new; unknown group; short payload
            {63, 0, 2, 1, "03000006003F0100 BF62726308FF", 8, -1},
            {0, 6, 0, 3, "0900000600000306BF6272630DFF", 13, -1},
            {99, 0, 0, 5, "0900000600630500BF62726308FF", 8, -1},
            {0, 6, 0, 7, "0900000600000706BF62726309FF", 9, -1},
            // os info of an unknown letter, both versions; stat, settings, shell, fs
            {0, 7, 0, 9, "0900001300000907BF63657272BF6567726F75700062726302FFFF", 2, 0},
            {0, 7, 0, 9, "0100000600000907BF62726303FF", 3, -1},
            {2, 0, 0, 9, "0900001300020900BF63657272BF6567726F75700262726302FFFF", 2, 2},
            {3, 0, 0, 9, "0900001300030900BF63657272BF6567726F75700362726305FFFF", 5, 3},
            {3, 3, 2, 9, "0B00001300030903BF63657272BF6567726F75700362726308FFFF", 8, 3},
            {9, 0, 2, 9, "0B00001300090900BF63657272BF6567726F75700962726303FFFF", 3, 9},
            // an error beside data
            {8, 0, 2, 2, "0B00001800080200BF63657272BF6567726F7570086272630BFF636C656E0BFF", 11, 8},
            // success in its three forms: no rc, nothing at all, rc 0
            {63, 0, 2, 9, "0B000002003F0900BFFF", 0, -1},
            {0, 5, 2, 2, "0B00000000000205", 0, -1},
            {0, 5, 2, 2, "0300000600000205BF62726300FF", 0, -1},
            // MCUboot's recovery echoes version bits
            {0, 6, 0, 3, "1100000600000306BF62726308FF", 8, -1},
    };
    for (size_t i = 0; i < TN_LEN(vectors); i++) {
        const struct vector *v = &vectors[i];
        struct rig r;
        uint8_t pkt[128];
        CHECK_EQ(answer(&r, v->group, v->id, v->op, v->seq, v->digits, pkt, sizeof(pkt)), 1);
        CHECK_EQ(r.c.reply.rc, v->rc);
        CHECK_EQ(r.c.reply.group, v->err_group);
    }
}

TEST(a_servers_reason_is_handed_on) {
    struct rig r;
    uint8_t pkt[64];

    CHECK_EQ(answer(&r, 1, 0, 2, 1, "03 00 000f 0001 01 00 bf 627263 03 6372736e 6462 6164 21 ff",
                     pkt, sizeof(pkt)),
            1);
    CHECK_EQ(r.c.reply.rc, 3);
    CHECK(tn_span_is(r.c.reply.reason, "bad!"));
}

// ---- What does not count ---------------------------------------------------------------

TEST(an_answer_cut_at_any_byte_is_no_answer) {
    static const char digits[] = "0B00001800080200BF63657272BF6567726F7570086272630BFF636C656E0BFF";
    uint8_t pkt[64];
    size_t n = tn_test_hex(pkt, sizeof(pkt), digits);

    for (size_t cut = 0; cut < n; cut++) {
        for (int honest = 0; honest < 2; honest++) {  // does the header admit the cut?
            struct rig r;
            uint8_t *part = memcpy(test_malloc(cut + 1), pkt, cut);  // a red zone behind it
            if (honest && cut > 8) {
                part[3] = (uint8_t)(cut - 8);
            }
            begin(&r, 8, 0, 2, 0, "", 0, 2);
            int got = tn_client_input(&r.c, part, cut, 10);
            CHECK_EQ(got, 0);
            test_free(part);
        }
    }
}

TEST(a_header_that_promises_more_than_came_is_no_answer) {
    struct rig r;
    uint8_t pkt[32];
    size_t n = tn_test_hex(pkt, sizeof(pkt), "0B00000600000201 BF62726308FF");

    begin(&r, 0, 1, 2, 0, "", 0, 2);
    CHECK_EQ(tn_client_input(&r.c, pkt, n - 1, 10), 0);  // the last byte lies there, uncounted
    CHECK_EQ(tn_client_input(&r.c, pkt, n, 10), 1);
}

TEST(an_error_without_a_group_or_a_code_is_no_answer) {
    static const char *const bad[] = {
            "0900000a00000201 BF636572728162726302FF",                        // a list
            "0900000c00000201 BF63657272A162726302FF00",                      // no group
            "0900000f00000201 BF63657272A16567726F757001FF",                  // no code
            "0900001700000201 BF63657272A26567726F75701A0001000062726302FF",  // group 65536
    };
    for (size_t i = 0; i < TN_LEN(bad); i++) {
        struct rig r;
        uint8_t pkt[64];
        size_t n = tn_test_hex(pkt, sizeof(pkt), bad[i]);
        pkt[3] = (uint8_t)(n - 8);
        begin(&r, 0, 1, 0, 0, "", 0, 2);
        CHECK_EQ(tn_client_input(&r.c, pkt, n, 10), 0);
        CHECK(r.c.garbled);
    }
}

TEST(any_byte_of_an_answer_may_be_changed_without_harm) {
    static const char digits[] = "0B00001800080200BF63657272BF6567726F7570086272630BFF636C656E0BFF";
    uint8_t pkt[64];
    size_t n = tn_test_hex(pkt, sizeof(pkt), digits);

    for (size_t i = 0; i < n; i++) {
        uint8_t was = pkt[i];
        for (unsigned v = 0; v < 256; v++) {
            struct rig r;
            pkt[i] = (uint8_t)v;
            begin(&r, 8, 0, 2, 0, "", 0, 2);
            int got = tn_client_input(&r.c, pkt, n, 10);
            CHECK(got == 0 || got == 1);
        }
        pkt[i] = was;
    }
}

TEST(answers_to_other_requests_are_passed_over) {
    static const char *const others[] = {
            "0900000200000306 BFFF",  // another sequence number
            "0900000200010206 BFFF",  // another group
            "0900000200000207 BFFF",  // another command
            "0B00000200000206 BFFF",  // another operation
            "0800000200000206 BFFF",  // a request
    };
    for (size_t i = 0; i < TN_LEN(others); i++) {
        struct rig r;
        uint8_t pkt[16];
        CHECK_EQ(answer(&r, 0, 6, 0, 2, others[i], pkt, sizeof(pkt)), 0);
    }
}

// ---- Time ------------------------------------------------------------------------------

TEST(silence_is_met_with_retries_and_then_an_error) {
    struct rig r;

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK(r.len > 0);
    CHECK(!r.c.flush);
    CHECK_EQ(tn_client_poll(&r.c, 0, r.out, sizeof(r.out)), 0);
    CHECK_EQ(tn_client_wait(&r.c, 400), 600);
    CHECK_EQ(tn_client_poll(&r.c, 999, r.out, sizeof(r.out)), 0);
    CHECK(tn_client_poll(&r.c, 1000, r.out, sizeof(r.out)) > 0);
    CHECK(r.c.flush);
    CHECK_EQ(r.out[6], 2);  // a sequence number of its own
    CHECK(tn_client_poll(&r.c, 2000, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(r.c.retries, 2);
    CHECK_EQ(tn_client_poll(&r.c, 2999, r.out, sizeof(r.out)), 0);
    CHECK_EQ(tn_client_poll(&r.c, 3000, r.out, sizeof(r.out)), TN_ETIMEOUT);
}

// Tries come at 0, 100, 300, 700, 1500, 2500: doubled up to a second, and all in three of them.
TEST(a_call_that_may_be_repeated_is_repeated_soon_and_takes_no_longer_in_all) {
    struct rig r;
    struct tn_call call = {.id = 6, .timeout_ms = 1000, .tries = 3, .start_ms = 100};
    static const uint32_t at[] = {0, 100, 300, 700, 1500, 2500};

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
    for (size_t i = 0; i < TN_LEN(at); i++) {
        CHECK(i == 0 || tn_client_poll(&r.c, at[i] - 1, r.out, sizeof(r.out)) == 0);
        CHECK(tn_client_poll(&r.c, at[i], r.out, sizeof(r.out)) > 0);
    }
    CHECK_EQ(tn_client_wait(&r.c, 2500), 500);
    CHECK_EQ(tn_client_poll(&r.c, 2999, r.out, sizeof(r.out)), 0);
    CHECK_EQ(tn_client_poll(&r.c, 3000, r.out, sizeof(r.out)), TN_ETIMEOUT);
}

TEST(a_host_that_slept_still_asks_again) {
    struct rig r;
    uint8_t pkt[16];
    size_t n = tn_test_hex(pkt, sizeof(pkt), "0900000200000206 BFFF");

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK(tn_client_poll(&r.c, 3600000, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(tn_client_input(&r.c, pkt, n, 3600010), 1);
}

TEST(the_time_that_reads_take_is_told_the_longest_of_late) {
    struct rig r;
    static const struct {
        uint32_t took, told;
        uint8_t op;
    } calls[] = {{10, 11, TN_SMP_READ}, {40, 41, TN_SMP_READ}, {0, 31, TN_SMP_READ},
            {900, 31, TN_SMP_WRITE}, {0, 24, TN_SMP_READ}, {90, 91, TN_SMP_READ}};

    memset(&r, 0, sizeof(r));
    r.c.max_packet = sizeof(r.out);
    for (size_t i = 0; i < TN_LEN(calls); i++) {
        struct tn_call call = {.id = 6, .op = calls[i].op};
        uint8_t pkt[16];
        size_t n = tn_test_hex(pkt, sizeof(pkt), "0900000200000006 BFFF");
        CHECK_EQ(tn_client_call(&r.c, &call), 0);
        CHECK(tn_client_poll(&r.c, 500, r.out, sizeof(r.out)) > 0);
        pkt[0] = (uint8_t)(8 | (calls[i].op + 1));
        pkt[6] = r.out[6];
        CHECK_EQ(tn_client_input(&r.c, pkt, n, 500 + calls[i].took), 1);
        CHECK_EQ(r.c.call_ms, calls[i].told);
    }
}

TEST(answers_that_cannot_be_read_have_an_error_of_their_own) {
    struct rig r;
    uint8_t pkt[32];

    CHECK_EQ(answer(&r, 0, 6, 0, 1, "09000002 0000 0106 61 61", pkt, sizeof(pkt)), 0);
    CHECK(tn_client_poll(&r.c, 1000, r.out, sizeof(r.out)) > 0);
    CHECK(tn_client_poll(&r.c, 2000, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(tn_client_poll(&r.c, 3000, r.out, sizeof(r.out)), TN_ECORRUPT);
    // Of the next call nothing garbled came: it is silence that ends it.
    const struct tn_call next = {.id = 6, .timeout_ms = 1000, .tries = 3};
    CHECK_EQ(tn_client_call(&r.c, &next), 0);
    int got = 1;
    for (uint32_t now = 3000; got >= 0 && now < 60000; now += 100) {
        got = tn_client_poll(&r.c, now, r.out, sizeof(r.out));
    }
    CHECK_EQ(got, TN_ETIMEOUT);
}

TEST(the_first_tries_answer_counts_although_a_second_try_is_out) {
    struct rig r;
    uint8_t pkt[16];
    size_t n = tn_test_hex(pkt, sizeof(pkt), "0900000200000106 BFFF");

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK(tn_client_poll(&r.c, 1000, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(tn_client_input(&r.c, pkt, n, 1100), 1);
}

TEST(a_late_answer_to_the_job_before_is_passed_over) {
    struct rig r;
    uint8_t pkt[16];
    struct tn_call call = {.id = 6};
    size_t n = tn_test_hex(pkt, sizeof(pkt), "0900000200000106 BFFF");

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
    CHECK(tn_client_poll(&r.c, 0, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(tn_client_input(&r.c, pkt, n, 10), 0);
}

TEST(the_clock_may_wrap_around) {
    struct rig r;
    struct tn_call call = {.id = 6, .timeout_ms = 1000};

    begin(&r, 0, 6, 0, 0, "", 0, 1);
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
    CHECK(tn_client_poll(&r.c, UINT32_MAX - 499, r.out, sizeof(r.out)) > 0);
    CHECK_EQ(tn_client_poll(&r.c, UINT32_MAX - 100, r.out, sizeof(r.out)), 0);
    CHECK_EQ(tn_client_poll(&r.c, 499, r.out, sizeof(r.out)), 0);
    CHECK(tn_client_poll(&r.c, 500, r.out, sizeof(r.out)) > 0);
}

TEST(a_request_that_the_server_cannot_take_is_refused) {
    struct rig r;
    struct tn_call call = {.pairs = {r.out, 100}, .npairs = 1};

    memset(&r, 0, sizeof(r));
    r.c.max_packet = 112;
    CHECK_EQ(tn_client_call(&r.c, &call), TN_ENOSPC);
    r.c.max_packet = 113;
    CHECK_EQ(tn_client_call(&r.c, &call), 0);
}
