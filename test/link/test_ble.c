// SPDX-License-Identifier: Apache-2.0
// The SMP service on a BLE connection. The stack is a few lines that refuse what a test wants.
#include "link/ble.h"

#include "base/err.h"
#include "test.h"

enum {
    SIZE = 100,
    COUNT = 3,
};

// What the stack sent, and how it behaves.
static struct {
    uint8_t bytes[4096];
    size_t len;
    size_t longest;
    unsigned busy;  // times that the next call has no room
    int err;        // what it answers for ever; 0: takes all
} air;

static uint8_t buf[COUNT * SIZE];
static struct tn_ble ble;

static int notify(void *ctx, const void *piece, size_t len) {
    CHECK(ctx == &air);
    if (air.busy) {
        air.busy--;
        return TN_EBUSY;
    }
    if (air.err) {
        return air.err;
    }
    CHECK(air.len + len <= sizeof(air.bytes));
    memcpy(air.bytes + air.len, piece, len);
    air.len += len;
    air.longest = len > air.longest ? len : air.longest;
    return 0;
}

static const struct tn_ble_stack stack = {notify, &air};

static void begin(const struct tn_ble_access *access) {
    memset(&air, 0, sizeof(air));
    ble = (struct tn_ble){
            .stack = &stack, .access = access, .buf = buf, .size = SIZE, .count = COUNT};
}

static size_t make(uint8_t *pkt, size_t body) {
    const uint8_t head[] = {0x0a, 0, (uint8_t)(body >> 8), (uint8_t)body, 0, 1, 9, 1};

    memcpy(pkt, head, sizeof(head));
    for (size_t i = 0; i < body; i++) {
        pkt[8 + i] = (uint8_t)(i * 31 + body);
    }
    return 8 + body;
}

// Writes bytes in pieces of at most max. Returns the last error that is not 0.
static uint8_t write_in(const uint8_t *bytes, size_t len, size_t max) {
    uint8_t error = 0;

    for (size_t at = 0; at < len; at += max) {
        uint8_t e = tn_ble_on_write(&ble, bytes + at, len - at < max ? len - at : max);
        error = e ? e : error;
    }
    return error;
}

static void expect_packet(const uint8_t *want, size_t want_len) {
    size_t len = 0;
    const uint8_t *got = tn_ble_receive(&ble, 0, &len);

    CHECK(got != NULL);
    CHECK_EQ(len, want_len);
    CHECK_MEM(got, want, len);
}

static void expect_none(void) {
    size_t len;

    CHECK(tn_ble_receive(&ble, 0, &len) == NULL);
}

static void send_all(void) {
    for (unsigned i = 0; tn_ble_step(&ble); i++) {
        CHECK(i < 1000);
    }
}

TEST(packets_of_every_length_come_in_pieces_of_every_length_and_wait_in_their_order) {
    uint8_t pkt[COUNT][SIZE];
    size_t len[COUNT];

    for (size_t body = 0; body <= SIZE - 8; body++) {
        for (size_t max = 1; max <= SIZE; max++) {
            begin(&tn_ble_open);
            for (size_t i = 0; i < COUNT; i++) {
                len[i] = make(pkt[i], (body + i * 7) % (SIZE - 7));
                CHECK_EQ(write_in(pkt[i], len[i], max), 0);
            }
            for (size_t i = 0; i < COUNT; i++) {
                expect_packet(pkt[i], len[i]);
            }
            expect_none();
        }
    }
}

TEST(a_packet_without_a_place_is_dropped_as_a_whole_and_the_next_one_is_not) {
    uint8_t pkt[SIZE], other[SIZE];
    size_t n = make(pkt, 50), m = make(other, 31);

    for (size_t max = 1; max <= n; max++) {
        for (size_t lost = 0; lost <= SIZE - 8; lost++) {
            uint8_t third[SIZE];
            size_t third_len = make(third, lost);
            begin(&tn_ble_open);
            for (int i = 0; i < COUNT; i++) {
                CHECK_EQ(write_in(pkt, n, max), 0);
            }
            CHECK_EQ(write_in(third, third_len, max), TN_BLE_ATT_RESOURCES);
            expect_packet(pkt, n);  // its place is free with the next call
            expect_packet(pkt, n);
            CHECK_EQ(write_in(other, m, max), 0);
            expect_packet(pkt, n);
            expect_packet(other, m);
            expect_none();
        }
    }
}

TEST(a_packet_keeps_its_place_while_it_is_being_answered) {
    uint8_t pkt[SIZE], other[SIZE];
    size_t n = make(pkt, 50), m = make(other, 49), len;

    begin(&tn_ble_open);
    ble.count = 1;
    write_in(pkt, n, 20);
    const uint8_t *got = tn_ble_receive(&ble, 0, &len);
    CHECK_EQ(write_in(other, m, 20), TN_BLE_ATT_RESOURCES);
    CHECK_MEM(got, pkt, n);
    expect_none();
    CHECK_EQ(write_in(other, m, 20), 0);
    expect_packet(other, m);
}

TEST(a_packet_larger_than_a_place_is_refused_and_the_next_one_is_not) {
    uint8_t large[400], pkt[SIZE];
    size_t n = make(large, SIZE - 7), m = make(pkt, 3);

    for (size_t max = 1; max <= n; max++) {
        begin(&tn_ble_open);
        CHECK_EQ(write_in(large, n, max), TN_BLE_ATT_RESOURCES);
        CHECK_EQ(write_in(pkt, m, max), 0);
        expect_packet(pkt, m);
        expect_none();
    }
}

TEST(half_a_packet_is_dropped_after_silence_and_by_each_change_of_the_subscription) {
    uint8_t pkt[SIZE];
    size_t n = make(pkt, 60), len;

    for (size_t cut = 1; cut < n; cut++) {
        for (int how = 0; how < 4; how++) {
            begin(&tn_ble_open);
            write_in(pkt, cut, 20);
            tn_ble_receive(&ble, how == 0 ? TN_BLE_SILENCE_MS : 0, &len);
            if (how == 1 || how == 2) {
                tn_ble_on_subscribe(&ble, how == 1);
            } else if (how == 3) {
                tn_ble_on_disconnect(&ble);
            }
            CHECK_EQ(write_in(pkt, n, 20), 0);
            expect_packet(pkt, n);
            expect_none();
        }
    }
}

TEST(pieces_that_come_slowly_but_steadily_are_one_packet) {
    uint8_t pkt[SIZE];
    size_t n = make(pkt, 60), len;

    begin(&tn_ble_open);
    for (size_t i = 0; i < n; i++) {
        tn_ble_receive(&ble, (uint32_t)(UINT32_MAX - 5000 + i * (TN_BLE_SILENCE_MS - 1)), &len);
        CHECK_EQ(write_in(pkt + i, 1, 1), 0);
    }
    expect_packet(pkt, n);
}

TEST(an_answer_leaves_in_pieces_that_fit_the_mtu_of_that_moment) {
    static uint8_t answer[2000];
    uint8_t pkt[SIZE];
    size_t n = make(pkt, 0), len;

    for (size_t i = 0; i < sizeof(answer); i++) {
        answer[i] = (uint8_t)(i * 7);
    }
    for (unsigned mtu = 0; mtu < 520; mtu++) {
        unsigned least = mtu < 23 ? 23 : mtu;
        begin(&tn_ble_open);
        tn_ble_on_subscribe(&ble, true);
        tn_ble_on_mtu(&ble, (uint16_t)mtu);
        write_in(pkt, n, 20);
        tn_ble_receive(&ble, 0, &len);
        tn_ble_send(&ble, answer, sizeof(answer));
        send_all();
        CHECK_EQ(air.len, sizeof(answer));
        CHECK_MEM(air.bytes, answer, air.len);
        CHECK_EQ(air.longest, least - 3 < 500 ? least - 3 : 500);
    }
    begin(&tn_ble_open);
    tn_ble_on_subscribe(&ble, true);
    tn_ble_on_mtu(&ble, 247);
    tn_ble_send(&ble, answer, 500);
    CHECK(tn_ble_step(&ble));
    tn_ble_on_mtu(&ble, 50);
    air.longest = 0;
    send_all();
    CHECK_EQ(air.longest, 47);
    CHECK_EQ(air.len, 500);
}

TEST(a_notification_that_the_stack_has_no_room_for_is_sent_again) {
    uint8_t answer[64];

    memset(answer, 0x5a, sizeof(answer));
    for (unsigned busy = 0; busy < 5; busy++) {
        begin(&tn_ble_open);
        tn_ble_on_subscribe(&ble, true);
        make(answer, 56);
        tn_ble_send(&ble, answer, 64);
        CHECK(tn_ble_step(&ble));
        air.busy = busy;
        send_all();
        CHECK_EQ(air.len, 64);
        CHECK_MEM(air.bytes, answer, 64);
    }
}

TEST(an_answer_that_the_stack_can_never_send_is_dropped) {
    uint8_t answer[64] = {0};

    begin(&tn_ble_open);
    tn_ble_on_subscribe(&ble, true);
    tn_ble_send(&ble, answer, sizeof(answer));
    air.err = TN_EIO;
    CHECK(tn_ble_step(&ble));
    air.err = 0;
    CHECK(!tn_ble_step(&ble));
    CHECK_EQ(air.len, 0);
}

TEST(a_connection_that_ends_takes_its_packets_and_answers_along) {
    uint8_t pkt[SIZE], answer[64] = {0};
    size_t n = make(pkt, 20), m, len;

    // Packets that waited.
    begin(&tn_ble_open);
    write_in(pkt, n, 20);
    write_in(pkt, n, 20);
    tn_ble_on_disconnect(&ble);
    m = make(pkt, 33);
    write_in(pkt, m, 20);
    expect_packet(pkt, m);
    expect_none();

    // An answer that was being sent.
    begin(&tn_ble_open);
    tn_ble_on_subscribe(&ble, true);
    write_in(pkt, n, 20);
    tn_ble_receive(&ble, 0, &len);
    tn_ble_send(&ble, answer, 64);
    CHECK(tn_ble_step(&ble));
    tn_ble_on_disconnect(&ble);
    tn_ble_on_subscribe(&ble, true);
    CHECK(!tn_ble_step(&ble));

    // A late answer to a request of the connection before.
    begin(&tn_ble_open);
    tn_ble_on_subscribe(&ble, true);
    write_in(pkt, n, 20);
    tn_ble_receive(&ble, 0, &len);
    tn_ble_on_disconnect(&ble);
    tn_ble_on_subscribe(&ble, true);
    tn_ble_send(&ble, answer, 64);
    CHECK(!tn_ble_step(&ble));
    CHECK_EQ(air.len, 0);
}

TEST(a_new_connection_begins_with_the_least_mtu_and_no_subscription) {
    uint8_t pkt[SIZE], answer[64] = {0};
    size_t n = make(pkt, 0), len;

    begin(&tn_ble_open);
    tn_ble_on_subscribe(&ble, true);
    tn_ble_on_mtu(&ble, 247);
    tn_ble_on_disconnect(&ble);
    write_in(pkt, n, 20);
    tn_ble_receive(&ble, 0, &len);
    tn_ble_send(&ble, answer, sizeof(answer));
    CHECK(!tn_ble_step(&ble));
    tn_ble_on_subscribe(&ble, true);
    tn_ble_send(&ble, answer, sizeof(answer));
    send_all();
    CHECK_EQ(air.longest, 20);
}

TEST(a_peer_that_is_not_known_well_enough_can_neither_write_nor_subscribe) {
    static const struct {
        const struct tn_ble_access *access;
        enum tn_ble_level least;
        uint8_t error;
    } rows[] = {{&tn_ble_open, TN_BLE_LEVEL_OPEN, 0},
            {&tn_ble_bonded, TN_BLE_LEVEL_BONDED, TN_BLE_ATT_ENCRYPTION},
            {&tn_ble_passkey, TN_BLE_LEVEL_PASSKEY, TN_BLE_ATT_AUTHENTICATION}};
    uint8_t pkt[SIZE];
    size_t n = make(pkt, 9);

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        for (unsigned level = TN_BLE_LEVEL_OPEN; level <= TN_BLE_LEVEL_PASSKEY; level++) {
            bool may = level >= rows[i].least;
            begin(rows[i].access);
            tn_ble_on_security(&ble, (enum tn_ble_level)level);
            CHECK_EQ(tn_ble_on_subscribe(&ble, true), may ? 0 : rows[i].error);
            CHECK_EQ(ble.is_subscribed, may);
            CHECK_EQ(write_in(pkt, n, 20), may ? 0 : rows[i].error);
            if (may) {
                expect_packet(pkt, n);
            }
            expect_none();
            tn_ble_on_disconnect(&ble);  // the next peer is a stranger again
            CHECK_EQ(tn_ble_on_subscribe(&ble, true),
                    rows[i].least == TN_BLE_LEVEL_OPEN ? 0 : rows[i].error);
        }
    }
}

TEST(packets_go_on_when_the_counters_wrap) {
    uint8_t pkt[SIZE];

    begin(&tn_ble_open);
    for (unsigned i = 0; i < 2000; i++) {
        size_t n = make(pkt, i % (SIZE - 7));
        CHECK_EQ(write_in(pkt, n, 20), 0);
        if (i % 7 == 0) {
            tn_ble_on_disconnect(&ble);
            expect_none();
        } else {
            expect_packet(pkt, n);
        }
    }
}
