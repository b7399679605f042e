// SPDX-License-Identifier: Apache-2.0
// A server on a BLE connection: it answers each request, to the connection that sent it.
#include "channel/gatt.h"

#include "base/err.h"
#include "serve/harness.h"
#include "test.h"

enum {
    SIZE = 64,
    COUNT = 2,
};

static struct harness h;
static uint8_t buf[COUNT * SIZE];
static uint8_t sent[256];
static size_t sent_len;
static bool is_busy;

static int notify(void *ctx, const void *piece, size_t len) {
    (void)ctx;
    if (is_busy) {
        return TN_EBUSY;
    }
    CHECK(len <= 20 && sent_len + len <= sizeof(sent));
    memcpy(sent + sent_len, piece, len);
    sent_len += len;
    return 0;
}

static const struct tn_ble_stack stack = {notify, NULL};
static struct tn_ble ble;
static struct tn_gatt gatt;

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    sent_len = 0;
    is_busy = false;
    ble = (struct tn_ble){
            .stack = &stack, .access = &tn_ble_open, .buf = buf, .size = SIZE, .count = COUNT};
    gatt = (struct tn_gatt){.channel = {.step = tn_gatt_step,
                                    .server = &h.server,
                                    .peer = {.buf_size = SIZE, .buf_count = COUNT}},
            .ble = &ble};
    tn_ble_on_subscribe(&ble, true);
}

static void write_hex(const char *hex) {
    uint8_t bytes[SIZE];
    size_t n = tn_test_hex(bytes, sizeof(bytes), hex);

    CHECK_EQ(tn_ble_on_write(&ble, bytes, n), 0);
}

static void expect_sent(const char *hex) {
    uint8_t want[128];
    size_t n = tn_test_hex(want, sizeof(want), hex);

    CHECK_EQ(sent_len, n);
    CHECK_MEM(sent, want, n);
}

static void run(void) {
    while (tn_channel_step(&gatt.channel)) {
    }
}

TEST(each_request_is_answered_in_pieces) {
    begin();
    write_hex("0A00000500000100A161646161 0A00");
    write_hex("000500000200A161646162");
    run();
    expect_sent("0B00000600000100BF61726161FF 0B00000600000200BF61726162FF");
    CHECK_EQ(gatt.channel.answers, 2);
}

TEST(an_answer_that_cannot_leave_keeps_the_channel_at_work) {
    begin();
    write_hex("0A00000500000100A161646161");
    is_busy = true;
    for (int i = 0; i < 10; i++) {
        CHECK(tn_channel_step(&gatt.channel) != TN_CHANNEL_IDLE);
    }
    CHECK_EQ(sent_len, 0);
    is_busy = false;
    run();
    expect_sent("0B00000600000100BF61726161FF");
}

TEST(an_answer_to_a_connection_that_ended_reaches_no_other_one) {
    begin();
    write_hex("0A00000500000100A161646161");
    is_busy = true;
    for (int i = 0; i < 5; i++) {
        tn_channel_step(&gatt.channel);
    }
    tn_ble_on_disconnect(&ble);
    tn_ble_on_subscribe(&ble, true);
    is_busy = false;
    write_hex("0A00000500000200A161646162");
    run();
    expect_sent("0B00000600000200BF61726162FF");
}
