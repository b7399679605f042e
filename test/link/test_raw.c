// SPDX-License-Identifier: Apache-2.0
// Bare packets: what comes through, what is dropped, and what is found again behind garbage.
#include "link/raw.h"

#include "base/compiler.h"
#include "base/seal.h"
#include "test.h"

static uint8_t buf[512];
static struct tn_raw raw;

static void begin(size_t size, bool client) {
    memset(&raw, 0, sizeof(raw));
    raw.buf = buf;
    raw.size = size;
    raw.client = client;
}

// Feeds all of it. Returns how many packets came; the last one stays.
static int feed(const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    int packets = 0;
    size_t ignored;

    while (len) {
        size_t n = tn_raw_feed(&raw, p, len);
        CHECK(n > 0 && n <= len);
        p += n;
        len -= n;
        packets += tn_raw_packet(&raw, &ignored) != NULL;
    }
    return packets;
}

// A packet with a body of len bytes: a map whose first key is text.
static size_t make(uint8_t *pkt, uint8_t first, uint8_t seq, size_t len) {
    const uint8_t head[] = {first, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 1, seq, 1};

    memcpy(pkt, head, sizeof(head));
    for (size_t i = 0; i < len; i++) {
        pkt[8 + i] = (uint8_t)(i * 13 + len);
    }
    if (len) {
        pkt[8] = len == 1 ? 0xa0 : 0xa2;
    }
    if (len > 1) {
        pkt[9] = 0x63;
    }
    return 8 + len;
}

static void check_packet(const uint8_t *want, size_t want_len) {
    size_t len = 0;
    const uint8_t *pkt = tn_raw_packet(&raw, &len);

    CHECK(pkt != NULL);
    CHECK_EQ(len, want_len);
    CHECK_MEM(pkt, want, len);
}

static void check_none(void) {
    size_t len;

    CHECK(tn_raw_packet(&raw, &len) == NULL);
}

static const uint8_t requests[] = {0x00, 0x02, 0x08, 0x0a};

TEST(packets_of_every_length_come_through_in_pieces_of_every_size) {
    uint8_t pkt[512], sent[TN_RAW_PIECE];
    size_t n;

    for (size_t len = 0; len <= sizeof(buf) - 8; len++) {
        for (int side = 0; side < 2; side++) {
            struct tn_raw sender = {0};
            begin(sizeof(buf), side);
            size_t whole = make(pkt, (uint8_t)(requests[len % 4] + side), 7, len);
            tn_raw_send(&sender, pkt, whole);
            int packets = 0;
            size_t step = 1 + len % 17;
            while ((n = tn_raw_take(&sender, sent)) > 0) {
                CHECK(n <= TN_RAW_PIECE);
                for (size_t i = 0; i < n; i += step) {
                    packets += feed(sent + i, n - i < step ? n - i : step);
                }
            }
            tn_raw_idle(&raw);
            check_packet(pkt, whole);
            CHECK(packets == 1 || len == 0);
        }
    }
}

TEST(packets_may_follow_one_another_without_a_pause) {
    uint8_t all[3 * 600];
    size_t n = 0;

    begin(sizeof(buf), false);
    for (uint8_t i = 0; i < 30; i++) {
        n += make(all + n, requests[i % 4], i, i ? i * 2u : 5);
    }
    CHECK_EQ(feed(all, n), 30);
}

TEST(an_open_map_and_a_long_map_are_bodies_too) {
    static const char *const good[] = {"0A 00 0002 0001 0001 BFFF", "0A 00 0004 0001 0001 BF6161FF",
            "0A 00 0004 0001 0001 B8186161", "08 00 0001 0000 0006 A0"};
    static const char *const bad[] = {"0A 00 0002 0001 0001 A000", "0A 00 0004 0001 0001 BF01FFFF",
            "0A 00 0002 0001 0001 8000", "08 00 0001 0000 0006 BF", "0A 00 0003 0001 0001 A10102"};
    uint8_t pkt[32];

    for (size_t i = 0; i < TN_LEN(good); i++) {
        begin(sizeof(buf), false);
        CHECK_EQ(feed(pkt, tn_test_hex(pkt, sizeof(pkt), good[i])), 1);
    }
    for (size_t i = 0; i < TN_LEN(bad); i++) {
        begin(sizeof(buf), false);
        CHECK_EQ(feed(pkt, tn_test_hex(pkt, sizeof(pkt), bad[i])), 0);
    }
}

TEST(what_cannot_be_a_header_is_no_beginning) {
    uint8_t pkt[64];

    for (unsigned first = 0; first < 256; first++) {
        for (int side = 0; side < 2; side++) {
            bool right = (first & 0xe5) == 0;  // any version: the server refuses 2 and 3
            size_t n = make(pkt, (uint8_t)first, 1, 20);
            begin(sizeof(buf), side);
            CHECK_EQ(feed(pkt, n), side ? (first & 0xe5) == 1 : right);
        }
    }
    for (unsigned flags = 1; flags < 256; flags++) {
        size_t n = make(pkt, 0x0a, 1, 20);
        pkt[1] = (uint8_t)flags;
        begin(sizeof(buf), false);
        CHECK_EQ(feed(pkt, n), 0);
    }
}

TEST(a_packet_just_fits_its_buffer_and_one_byte_more_is_passed_over) {
    uint8_t pkt[600];
    size_t n = make(pkt, 0x0a, 1, 292);

    begin(300, false);
    CHECK_EQ(feed(pkt, n), 1);
    begin(299, false);
    CHECK_EQ(feed(pkt, n), 0);
    n = make(pkt, 0x0a, 2, 100);
    tn_raw_idle(&raw);
    CHECK_EQ(feed(pkt, n), 1);
}

TEST(silence_forgets_half_a_packet_wherever_it_was_cut) {
    uint8_t pkt[64], next[64];
    size_t n = make(pkt, 0x0a, 1, 50);
    size_t next_len = make(next, 0x08, 2, 1);

    for (size_t cut = 0; cut < n; cut++) {
        begin(sizeof(buf), false);
        CHECK_EQ(feed(pkt, cut), 0);
        tn_raw_idle(&raw);
        CHECK_EQ(feed(next, next_len), 1);
        check_packet(next, next_len);
    }
}

TEST(silence_leaves_a_whole_packet_alone) {
    uint8_t pkt[64];
    size_t n = make(pkt, 0x0a, 1, 50);

    begin(sizeof(buf), false);
    CHECK_EQ(feed(pkt, n), 1);
    tn_raw_idle(&raw);
    check_packet(pkt, n);
}

// Bytes that were lost in the middle make a packet end in the next one.
// A packet with a checksum of its own, whose last pair it is.
static size_t make_sealed(uint8_t *pkt, size_t len) {
    size_t n = make(pkt, 0x0a, 1, len);

    memcpy(pkt + n - 9,
            "\x63"
            "crc\x44",
            5);
    tn_seal_close(pkt, n);
    return n;
}

TEST(of_packets_with_a_checksum_none_comes_through_damaged) {
    uint8_t pkt[64], next[64];
    size_t n = make_sealed(pkt, 40);
    size_t next_len = make(next, 0x0a, 2, 30);

    begin(sizeof(buf), false);
    CHECK_EQ(feed(pkt, n), 1);
    check_packet(pkt, n);
    for (size_t i = 4; i < n; i++) {             // its length is the framing's
        bool in_lead = i >= n - 9 && i < n - 4;  // there it is no checksum any more, and no damage
        for (int bit = 0; bit < 8; bit++) {
            begin(sizeof(buf), false);
            pkt[i] ^= (uint8_t)(1 << bit);
            int came = feed(pkt, n);
            CHECK(came == 0 || in_lead);
            tn_raw_idle(&raw);
            CHECK_EQ(feed(next, next_len), 1);
            check_packet(next, next_len);
            pkt[i] ^= (uint8_t)(1 << bit);
        }
    }
}

// All that is due to be sent.
static size_t take_all(uint8_t *out) {
    size_t len = 0;
    size_t n;

    while ((n = tn_raw_take(&raw, out + len)) != 0) {
        len += n;
    }
    return len;
}

// Answers an open map of len bytes, to a request with a checksum or without. Returns what is sent.
static size_t answer(uint8_t *sent, const uint8_t *rsp, size_t rsp_len, bool sealed) {
    uint8_t req[64];
    size_t n = sealed ? make_sealed(req, 40) : make(req, 0x0a, 1, 40);

    begin(sizeof(buf), false);
    CHECK_EQ(feed(req, n), 1);
    tn_raw_send(&raw, rsp, rsp_len);
    return take_all(sent);
}

TEST(an_answer_has_a_checksum_if_its_request_has_one) {
    uint8_t rsp[400], sent[600];

    for (size_t len = 2; len < 380; len++) {
        size_t n = make(rsp, 0x0b, 1, len);
        rsp[8] = 0xbf;
        rsp[n - 1] = 0xff;
        CHECK_EQ(answer(sent, rsp, n, false), n);
        CHECK_MEM(sent, rsp, n);
        size_t m = answer(sent, rsp, n, true);
        CHECK_EQ(m, n + TN_SEAL_LEN);
        CHECK_EQ(tn_seal_look(sent, m), 1);
        CHECK_EQ(sent[m - 1], 0xff);
        begin(sizeof(buf), true);
        CHECK_EQ(feed(sent, m), 1);
        check_packet(sent, m);
        sent[m - 2] ^= 1;
        CHECK_EQ(feed(sent, m), 0);
    }
}

TEST(a_lost_byte_costs_two_packets_at_most) {
    uint8_t all[4 * 64];
    uint8_t bad[4 * 64];
    size_t one = make(all, 0x0a, 1, 50);

    for (uint8_t i = 1; i < 4; i++) {
        make(all + i * one, 0x0a, (uint8_t)(i + 1), 50);
    }
    for (size_t lost = 0; lost < one; lost++) {
        memcpy(bad, all, lost);
        memcpy(bad + lost, all + lost + 1, 4 * one - lost - 1);
        begin(sizeof(buf), false);
        feed(bad, 4 * one - 1);
        check_packet(all + 3 * one, one);
    }
}

// A newline, which ends a console line, in front of every kind of request.
TEST(a_newline_swallows_no_request) {
    static const char *const flushes[] = {"0A", "0D0A", "0A0A"};
    uint8_t bytes[600], pkt[600];

    for (size_t f = 0; f < TN_LEN(flushes); f++) {
        for (size_t len = 0; len <= sizeof(buf) - 8; len++) {
            for (size_t kind = 0; kind < 4; kind++) {
                size_t n = tn_test_hex(bytes, sizeof(bytes), flushes[f]);
                size_t whole = make(pkt, requests[kind], 5, len);
                memcpy(bytes + n, pkt, whole);
                begin(sizeof(buf), false);
                CHECK_EQ(feed(bytes, n + whole),
                        len != 0);  // without a body it comes with the silence
                tn_raw_idle(&raw);
                check_packet(pkt, whole);
            }
        }
    }
}

// Images are full of zeros and of what looks like requests; while a beginning is looked for
// among them, only what has a body counts.
TEST(zeros_behind_garbage_are_no_requests) {
    static const uint8_t reset[] = {'x', 2, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t pkt[64];
    size_t n = make(pkt, 0x0a, 1, 50);

    begin(sizeof(buf), false);
    CHECK_EQ(feed(reset, sizeof(reset)), 0);
    tn_raw_idle(&raw);
    CHECK_EQ(feed(reset, sizeof(reset)), 0);
    tn_raw_idle(&raw);
    check_none();
    CHECK_EQ(feed(pkt, n), 1);
    CHECK_EQ(feed(reset + 1, 8), 0);
    tn_raw_idle(&raw);
    check_packet(reset + 1, 8);  // and where nothing is amiss, that is one
}

TEST(random_bytes_stop_no_packet_behind_a_silence) {
    uint32_t seed = 3;
    uint8_t pkt[64], noise[300];
    size_t n = make(pkt, 0x0a, 1, 50);

    begin(sizeof(buf), false);
    for (int round = 0; round < 20000; round++) {
        size_t len = tn_test_random(&seed) % sizeof(noise);
        for (size_t i = 0; i < len; i++) {
            uint32_t r = tn_test_random(&seed);
            static const uint8_t likely[] = {0, 2, 8, 10, 0, 0, 1, 0xa0, 0xbf, 0x61};
            noise[i] = r % 3 ? likely[r / 3 % sizeof(likely)] : (uint8_t)(r >> 4);
        }
        feed(noise, len);
        tn_raw_idle(&raw);
        CHECK_EQ(feed(pkt, n), 1);
        check_packet(pkt, n);
    }
}

// Zeros are bytes like others: they are no silence.
TEST(a_line_is_silent_300_ms_after_its_last_byte) {
    for (int byte = 0; byte <= 255; byte += 51) {
        begin(sizeof(buf), false);
        CHECK(!tn_raw_is_silent(&raw, byte, 200));
        CHECK(!tn_raw_is_silent(&raw, -1, 499));
        CHECK(tn_raw_is_silent(&raw, -1, 500));
        CHECK(!tn_raw_is_silent(&raw, -1, 501));  // told once in 300 ms
        CHECK(tn_raw_is_silent(&raw, -1, 800));
    }
}
