// SPDX-License-Identifier: Apache-2.0
// Packets in pieces, as BLE carries them.
#include "link/pieces.h"

#include "test.h"

static uint8_t buf[256];
static struct tn_pieces pieces;
static uint8_t all[2048];  // what came
static size_t all_len;

static void begin(size_t size) {
    memset(&pieces, 0, sizeof(pieces));
    pieces.buf = buf;
    pieces.size = size;
    all_len = 0;
}

// Feeds one piece. Returns how many packets came; their bytes are appended to all.
static int feed(const void *piece, size_t len) {
    const uint8_t *p = piece;
    int packets = 0;

    while (len) {
        size_t got_len;
        size_t n = tn_pieces_feed(&pieces, p, len);
        CHECK(n > 0 && n <= len);
        p += n;
        len -= n;
        const uint8_t *got = tn_pieces_packet(&pieces, &got_len);
        if (got) {
            memcpy(all + all_len, got, got_len);
            all_len += got_len;
            packets++;
        }
    }
    return packets;
}

static size_t make(uint8_t *pkt, size_t body) {
    const uint8_t head[] = {0x0a, 0, (uint8_t)(body >> 8), (uint8_t)body, 0, 1, 9, 1};

    memcpy(pkt, head, sizeof(head));
    for (size_t i = 0; i < body; i++) {
        pkt[8 + i] = (uint8_t)(i * 31 + body);
    }
    return 8 + body;
}

TEST(packets_of_every_length_come_through_in_pieces_of_every_length) {
    uint8_t pkt[256];

    for (size_t body = 0; body <= sizeof(buf) - 8; body++) {
        for (size_t max = 1; max < 260; max += 1 + max / 9) {
            struct tn_pieces sender = {0};
            size_t whole = make(pkt, body);
            size_t n;
            int packets = 0;
            const uint8_t *piece;
            begin(sizeof(buf));
            all_len = 0;
            tn_pieces_send(&sender, pkt, whole);
            while ((piece = tn_pieces_take(&sender, max, &n)) != NULL) {
                CHECK(n <= max);
                packets += feed(piece, n);
            }
            CHECK_EQ(packets, 1);
            CHECK_EQ(all_len, whole);
            CHECK_MEM(all, pkt, whole);
        }
    }
}

TEST(several_packets_in_one_piece_come_one_after_the_other) {
    uint8_t bytes[512];
    size_t n = 0;

    for (size_t i = 0; i < 8; i++) {
        n += make(bytes + n, i * 5);
    }
    for (size_t cut = 0; cut <= n; cut++) {
        begin(sizeof(buf));
        all_len = 0;
        CHECK_EQ(feed(bytes, cut) + feed(bytes + cut, n - cut), 8);
        CHECK_EQ(all_len, n);
        CHECK_MEM(all, bytes, n);
    }
}

TEST(a_packet_that_is_too_large_is_refused_and_the_next_one_is_not) {
    uint8_t bytes[512];
    size_t large = make(bytes, 93);
    size_t n = large + make(bytes + large, 10);

    for (size_t max = 1; max < n; max++) {
        begin(100);
        int packets = 0;
        for (size_t at = 0; at < n; at += max) {
            packets += feed(bytes + at, n - at < max ? n - at : max);
        }
        CHECK_EQ(packets, 1);
        CHECK(tn_pieces_take_refused(&pieces));
        CHECK(!tn_pieces_take_refused(&pieces));
    }
    begin(101);
    CHECK_EQ(feed(bytes, n), 2);
    CHECK(!tn_pieces_take_refused(&pieces));
}

TEST(a_piece_that_cannot_begin_a_packet_is_passed_over) {
    uint8_t pkt[64];
    size_t n = make(pkt, 20);

    for (unsigned first = 0; first < 256; first++) {
        uint8_t noise[5] = {(uint8_t)first};
        if ((first & 0xe4) == 0) {
            continue;
        }
        begin(sizeof(buf));
        CHECK_EQ(feed(noise, sizeof(noise)), 0);
        CHECK_EQ(feed(pkt, n), 1);
    }
}

TEST(a_connection_that_ends_forgets_half_a_packet_and_half_an_answer) {
    uint8_t pkt[64];
    size_t n = make(pkt, 20);
    size_t len;

    for (size_t cut = 0; cut <= n; cut++) {
        begin(sizeof(buf));
        feed(pkt, cut);
        tn_pieces_send(&pieces, pkt, n);
        tn_pieces_forget(&pieces);
        CHECK(tn_pieces_packet(&pieces, &len) == NULL);
        CHECK(tn_pieces_take(&pieces, 20, &len) == NULL);
        CHECK_EQ(feed(pkt, n), 1);
    }
}

TEST(two_connections_do_not_mix) {
    uint8_t pkt[64], other[64], other_buf[64];
    struct tn_pieces second = {.buf = other_buf, .size = sizeof(other_buf)};
    size_t n = make(pkt, 20), m = make(other, 33);
    size_t len;

    begin(sizeof(buf));
    CHECK_EQ(feed(pkt, 11), 0);
    tn_pieces_feed(&second, other, 30);
    CHECK_EQ(feed(pkt + 11, n - 11), 1);
    tn_pieces_feed(&second, other + 30, m - 30);
    CHECK_MEM(tn_pieces_packet(&second, &len), other, m);
    CHECK_EQ(len, m);
}

TEST(a_piece_that_was_not_taken_comes_again) {
    static const uint8_t pkt[] = "0123456789";
    size_t n;

    begin(sizeof(buf));
    tn_pieces_send(&pieces, pkt, 10);
    CHECK_MEM(tn_pieces_take(&pieces, 4, &n), "0123", 4);
    tn_pieces_put_back(&pieces, n);
    CHECK_MEM(tn_pieces_take(&pieces, 7, &n), "0123456", 7);
    CHECK_MEM(tn_pieces_take(&pieces, 7, &n), "789", 3);
    CHECK_EQ(n, 3);
}

TEST(random_pieces_break_nothing) {
    uint32_t seed = 12;
    uint8_t noise[300], pkt[64];
    size_t n = make(pkt, 20);

    for (int round = 0; round < 50000; round++) {
        begin(8 + tn_test_random(&seed) % 249);
        for (int i = 0; i < 4; i++) {
            size_t len = 1 + tn_test_random(&seed) % (sizeof(noise) - 1);
            for (size_t k = 0; k < len; k++) {
                uint32_t r = tn_test_random(&seed);
                noise[k] = r % 3 ? (uint8_t)(r & 0x0a) : (uint8_t)(r >> 8);
            }
            all_len = 0;
            feed(noise, len);
        }
        tn_pieces_forget(&pieces);
        CHECK_EQ(feed(pkt, n), pieces.size >= n);
    }
}
