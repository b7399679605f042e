// SPDX-License-Identifier: Apache-2.0
// A program's service over two links: the reset comes when its answer is sent, even if another
// client keeps sending.
#include "service/service.h"

#include "channel/net.h"
#include "serve/harness.h"
#include "support/talker.h"
#include "test.h"

static struct harness h;
static struct tn_service service;
static struct tn_board board;
static struct tn_serve_os os;
static const char *words[4];
static unsigned resets, idles, lingers;
static uint32_t requested;  // first byte of the request for the next boot
static uint32_t now;

static struct talker talkers[2];
static const struct tn_datagrams ports[] = {TALKER_PORT(&talkers[0]), TALKER_PORT(&talkers[1])};
static uint8_t bufs[2][64];
static struct tn_net nets[2];
static struct tn_smp_server servers[2];
static uint8_t responses[2][64];
static struct tn_smp_group group;

static void reset(void) {
    resets++;
}

static void idle(void) {
    idles++;
}

static bool has_rom(void) {
    return true;
}

static uint32_t now_ms(void) {
    return now;
}

static void linger(const struct tn_board *b) {
    CHECK(b == &board);
    lingers++;
}

static void load(const struct tn_retained *r, void *buf, size_t len) {
    (void)r;
    memset(buf, 0, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    (void)r;
    (void)len;
    requested = ((const uint8_t *)buf)[0];
}

static const struct tn_retained request = {load, store, NULL};

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    resets = idles = lingers = 0;
    requested = 0;
    now = 77;
    board = (struct tn_board){.name = "board",
            .processor = "none",
            .slots = &h.device.slots,
            .request = &request,
            .now_ms = now_ms,
            .reset = reset,
            .idle = idle};
    service = (struct tn_service){.board = &board,
            .update = &h.update,
            .links = &nets[0].channel,
            .round = tn_service_tell_time,
            .linger = linger};
    tn_service_describe(&service, &os, words, "application");
    group = (struct tn_smp_group)TN_SERVE_OS(&os);
    for (unsigned i = 0; i < 2; i++) {
        talkers[i] = (struct talker){.hex = "0A00000500000100A161646161"};  // an echo
        servers[i] = (struct tn_smp_server){.groups = &group,
                .ngroups = 1,
                .rsp = responses[i],
                .rsp_size = sizeof(responses[i])};
        nets[i] = (struct tn_net){
                .channel = {.step = tn_net_step, .server = &servers[i], .peer = {.buf_size = 64}},
                .port = &ports[i],
                .buf = bufs[i],
        };
    }
    nets[0].channel.next = &nets[1].channel;
}

static void poll(unsigned rounds) {
    while (rounds-- && !resets) {
        tn_service_poll(&service);
    }
}

TEST(every_link_is_served_in_every_round_and_knows_the_time) {
    begin();
    talkers[0].left = talkers[1].left = 5;
    poll(10);
    CHECK_EQ(talkers[0].answers, 5);
    CHECK_EQ(talkers[1].answers, 5);
    CHECK_EQ(idles, 0);
    poll(3);
    CHECK_EQ(idles, 3);
    CHECK_EQ(nets[0].channel.peer.now_ms, 77);
    CHECK_EQ(nets[1].channel.peer.now_ms, 77);
    CHECK_EQ(resets, 0);
}

TEST(a_reset_comes_after_its_answer_even_if_another_client_keeps_sending) {
    begin();
    talkers[0].hex = "0A00000100000105A0";
    talkers[0].left = 1;
    talkers[1].left = UINT32_MAX;
    poll(6);
    CHECK_EQ(resets, 1);
    CHECK_EQ(lingers, 1);
    CHECK_EQ(talkers[0].answers, 1);
    CHECK_EQ(requested, 0);
}

TEST(a_reset_may_ask_for_recovery_or_safe_mode_and_for_rom_where_it_is_listed) {
    begin();
    talkers[0].hex = "0A00000C00000105A169626F6F745F6D6F646501";
    talkers[0].left = 1;
    poll(6);
    CHECK_EQ(resets, 1);
    CHECK(requested != 0);
    begin();
    talkers[0].hex = "0A00000C00000105A169626F6F745F6D6F646502";  // safe
    talkers[0].left = 1;
    poll(6);
    CHECK_EQ(resets, 1);
    for (unsigned may = 0; may < 4; may++) {  // the board lists it, the link has the right
        begin();
        board.has_rom = may & 1 ? has_rom : NULL;
        nets[0].channel.peer.rights = may & 2 ? TN_RIGHT_ROM : 0;
        talkers[0].hex = "0A00000C00000105A169626F6F745F6D6F646503";
        talkers[0].left = 1;
        poll(6);
        CHECK_EQ(talkers[0].answers, 1);
        CHECK_EQ(resets, may == 3);
    }
    begin();
    talkers[0].hex = "0A00000C00000105A169626F6F745F6D6F646504";  // none
    talkers[0].left = 1;
    poll(6);
    CHECK_EQ(talkers[0].answers, 1);
    CHECK_EQ(resets, 0);
}

static unsigned silences;

static void count_silence(void *ctx) {
    CHECK(ctx == &silences);
    silences++;
}

TEST(silence_is_told_once_a_time_and_a_request_ends_it) {
    begin();
    silences = 0;
    service.round = tn_service_listen;
    service.quiet = count_silence;
    service.quiet_ctx = &silences;
    service.quiet_ms = 1000;
    poll(2);
    now += 999;
    poll(2);
    CHECK_EQ(silences, 0);
    talkers[0].left = 1;  // an echo is answered
    poll(6);
    now += 999;
    poll(2);
    CHECK_EQ(silences, 0);
    talkers[0].hex = "0A0000";  // no request
    talkers[0].left = 5;
    poll(6);
    now += 1;
    poll(2);
    CHECK_EQ(silences, 1);
    poll(10);
    CHECK_EQ(silences, 1);
}

TEST(an_upload_whose_sender_has_gone_does_not_hide_silence) {
    static const struct tn_span no_sha;
    static struct test_image image;

    begin();
    silences = 0;
    service.round = tn_service_listen;
    service.quiet = count_silence;
    service.quiet_ctx = &silences;
    service.quiet_ms = 1000;
    test_image_make(&image, 2, 6000, TWIST_NONE);
    CHECK_EQ(tn_update_begin(&h.update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&h.update, image.bytes, 200), 200);
    now += 5000;
    poll(1);  // the update's own work is no silence
    CHECK_EQ(silences, 0);
    while (tn_update_waits(&h.update)) {
        poll(1);
    }
    now += 999;
    poll(2);
    CHECK_EQ(silences, 0);
    now += 1;
    poll(2);
    CHECK_EQ(silences, 1);
}
