// SPDX-License-Identifier: Apache-2.0
// An upload over a serial line that is cut at every single byte, then taken up again: once with
// the device still running, once after it lost power.
#include "base/bytes.h"
#include "channel/line.h"
#include "link/detect.h"
#include "link/raw.h"
#include "serve/harness.h"
#include "test.h"

enum {
    CHUNK = 200,
    WIRE_MAX = 4096,
};

static struct harness h;
static struct test_image image;
static struct tn_line line;
static bool takes_both;  // the line takes both framings, not console lines alone
static struct tn_console console;
static struct tn_raw raw;
static struct tn_detect detect;
static uint8_t packet[1024];

// The wire: bytes on their way to the device, and its lines back.
static uint8_t to_device[WIRE_MAX];
static size_t to_len;
static size_t to_pos;
static struct tn_console client;
static uint8_t client_buf[1024];
static uint8_t answers[256];  // all that came, one behind the other
static size_t answers_len;
static bool answered;
static uint32_t answer_off;
static size_t bytes_left;  // until the wire breaks

static size_t read_wire(void *ctx, void *buf, size_t size) {
    size_t n = tn_min((uint32_t)size, (uint32_t)(to_len - to_pos));

    (void)ctx;
    memcpy(buf, to_device + to_pos, n);
    to_pos += n;
    return n;
}

static size_t write_wire(void *ctx, const void *buf, size_t len) {
    const struct tn_cbor_field field = {"off", TN_FIELD_UINT, &answer_off};
    const uint8_t *p = buf;
    size_t size;

    (void)ctx;
    for (size_t n = 0; n < len; n++) {
        tn_console_feed(&client, p + n, 1);
        const uint8_t *rsp = tn_console_packet(&client, &size);
        if (rsp) {
            struct tn_cbor_in in;
            if (size <= sizeof(answers) - answers_len) {
                memcpy(answers + answers_len, rsp, size);
                answers_len += size;
            }
            tn_cbor_in_init(&in, rsp + TN_SMP_HDR_LEN, size - TN_SMP_HDR_LEN);
            answered = tn_cbor_get_map(&in, &field, 1) == 1;
        }
    }
    return len;
}

static const struct tn_stream stream = {read_wire, write_wire, NULL};

static void attach(void) {
    console = (struct tn_console){.buf = packet, .size = sizeof(packet)};
    raw = (struct tn_raw){.buf = packet, .size = sizeof(packet)};
    detect = (struct tn_detect){.buf = packet, .size = sizeof(packet)};
    line = (struct tn_line){
            .channel = {.step = tn_line_step,
                    .server = &h.server,
                    .peer = {.buf_size = sizeof(packet), .buf_count = 1}},
            .stream = &stream,
            .framing = takes_both ? &tn_detect_framing : &tn_console_framing,
            .link = takes_both ? (void *)&detect : (void *)&console,
    };
}

// Puts bytes on the wire, as many as it still carries.
static void put(const uint8_t *bytes, size_t len) {
    size_t n = len < bytes_left ? len : bytes_left;

    memcpy(to_device + to_len, bytes, n);
    to_len += n;
    bytes_left -= n;
}

// Sends one chunk and lets the device work until it is quiet. True if the answer came.
static bool exchange(uint32_t off) {
    uint8_t req[TN_SMP_HDR_LEN + CHUNK + 128];
    uint8_t text[TN_CONSOLE_LINE];
    struct tn_console sender = {0};
    struct tn_cbor_out out;
    size_t n;

    tn_cbor_out_init(&out, req + TN_SMP_HDR_LEN, sizeof(req) - TN_SMP_HDR_LEN);
    tn_cbor_open_map(&out);
    tn_cbor_pair_uint(&out, "off", off);
    if (!off) {
        tn_cbor_pair_uint(&out, "len", image.len);
        tn_cbor_put_str(&out, "sha");
        tn_cbor_put_bytes(&out, image.sha, sizeof(image.sha));
    }
    tn_cbor_put_str(&out, "data");
    tn_cbor_put_bytes(&out, image.bytes + off, tn_min(CHUNK, image.len - off));
    tn_cbor_close(&out);
    struct tn_smp_hdr hdr = {.op = TN_SMP_WRITE,
            .version = 1,
            .group = TN_SMP_IMAGE,
            .id = TN_IMG_UPLOAD,
            .len = (uint16_t)out.len};
    tn_smp_hdr_put(req, &hdr);
    to_len = to_pos = 0;
    answered = false;
    tn_console_send(&sender, req, TN_SMP_HDR_LEN + out.len);
    while ((n = tn_console_take(&sender, text)) > 0) {
        put(text, n);
    }
    while (tn_channel_step(&line.channel) || tn_update_step(&h.update)) {
    }
    return answered;
}

// Uploads from the first chunk on. Returns the number of exchanges, 0 if the wire broke.
static int upload(void) {
    uint32_t off = 0;
    int n = 0;

    do {
        if (!exchange(off)) {
            return 0;
        }
        CHECK(answer_off <= image.len);
        off = answer_off;
        n++;
    } while (off < image.len && n < 1000);
    return n;
}

static void begin(void) {
    harness_begin(&h, TN_SLOTS_SPARE);
    test_image_make(&image, 2, 1500, TWIST_NONE);
    memset(&client, 0, sizeof(client));
    client.buf = client_buf;
    client.size = sizeof(client_buf);
    attach();
}

static void cut_at_every_byte(bool both, bool lose_power) {
    takes_both = both;
    bytes_left = SIZE_MAX;
    begin();
    int whole = upload();
    CHECK(whole > 5);
    for (size_t cut = 0;; cut++) {
        begin();
        bytes_left = cut;
        int done = upload();
        bytes_left = SIZE_MAX;
        if (lose_power) {
            harness_restart(&h);
            attach();
        }
        int again = upload();
        CHECK(again > 0);
        CHECK(test_device_holds(&h.device, TN_CANDIDATE, &image));
        CHECK_EQ(h.device.nor.violations, 0);
        if (done) {
            CHECK(cut > 1500);
            CHECK_EQ(again, 1);  // all is there: one chunk tells
            return;
        }
        if (!lose_power) {
            // What was answered is not sent again: the first chunk asks, the rest goes on.
            size_t sent = cut / (CHUNK * 3 / 2 + 60);
            CHECK(again <= whole + 1);
            CHECK(again <= whole + 2 - (int)sent || sent < 2);
        }
    }
}

TEST(an_upload_cut_at_every_byte_goes_on_where_it_was) {
    cut_at_every_byte(false, false);
    cut_at_every_byte(true, false);
}

TEST(an_upload_cut_at_every_byte_with_power_lost_starts_again) {
    cut_at_every_byte(false, true);
    cut_at_every_byte(true, true);
}

// Sends these bytes as one packet; the answers must be these, and no more.
static void expect(const char *requests, const char *responses) {
    uint8_t req[64];
    uint8_t want[sizeof(answers)];
    uint8_t text[TN_CONSOLE_LINE];
    struct tn_console sender = {0};
    size_t n = tn_test_hex(want, sizeof(want), responses);

    for (int both = 0; both < 2; both++) {
        takes_both = both;
        bytes_left = SIZE_MAX;
        begin();
        tn_console_send(&sender, req, tn_test_hex(req, sizeof(req), requests));
        to_len = to_pos = answers_len = 0;
        put(text, tn_console_take(&sender, text));
        while (tn_channel_step(&line.channel)) {
        }
        CHECK_EQ(answers_len, n);
        CHECK_MEM(answers, want, n);
    }
}

// doc/reference/smp.md section 11, "two answers": parameters, then an echo of "ay".
TEST(two_requests_in_one_packet_get_two_answers) {
    expect("0800000100000806A0 0A00000500000900A161646179",
            "0900001900000806BF686275665F73697A65190400696275665F636F756E7401FF"
            "0B00000600000900BF61726179FF");
}

TEST(the_second_of_two_requests_is_answered_even_if_the_first_is_refused) {
    // An unknown group, then a chunk at 100: {"off": 0}.
    expect("0800000100630500A0 0A00000E00010901A2636F6666186464646174614100",
            "0900000600630500BF62726308FF 0B00000700010901BF636F666600FF");
}

TEST(text_is_printed_between_answers_only) {
    for (int both = 0; both < 2; both++) {
        takes_both = both;
        bytes_left = SIZE_MAX;
        begin();
        CHECK(tn_line_print(&line, "hello\n", 6));
        CHECK(!tn_line_print(&line, "again\n", 6));  // the first one is still on its way
        while (tn_channel_step(&line.channel)) {
        }
        CHECK(tn_line_print(&line, "again\n", 6));
    }
}

// Puts an echo on the wire as a bare packet, and works until the server has answered it.
static void ask_bare(void) {
    uint8_t req[64];

    to_len = to_pos = 0;
    put(req, tn_test_hex(req, sizeof(req), "0A00000500000900A161646179"));
    for (size_t i = 0; i <= to_len; i++) {
        CHECK(tn_channel_step(&line.channel));
    }
}

TEST(no_text_is_printed_before_an_answer_is_sent_or_to_a_client_of_bare_packets) {
    takes_both = true;
    bytes_left = SIZE_MAX;
    begin();
    ask_bare();
    CHECK(!tn_line_print(&line, "text\n", 5));
    while (tn_channel_step(&line.channel)) {
    }
    CHECK(!tn_line_print(&line, "text\n", 5));
}

// Half a bare packet, a silence, and the same once more: answered once, in both framings that have
// to notice a silence, and a silence afterwards answers nothing again.
TEST(a_silence_ends_half_a_packet_and_nothing_is_answered_twice) {
    uint8_t req[64];
    size_t n = tn_test_hex(req, sizeof(req), "0A00000500000900A161646179");

    for (int both = 0; both < 2; both++) {
        takes_both = true;
        bytes_left = SIZE_MAX;
        begin();
        if (!both) {
            line.framing = &tn_raw_framing;
            line.link = &raw;
        }
        to_len = to_pos = 0;
        put(req, n - 1);
        while (tn_channel_step(&line.channel)) {
        }
        line.channel.peer.now_ms += 1000;
        CHECK(!tn_channel_step(&line.channel));
        ask_bare();
        for (int round = 0; round < 10; round++) {
            line.channel.peer.now_ms += 1000;
            // First the answer goes out.
            CHECK_EQ(tn_channel_step(&line.channel) != TN_CHANNEL_IDLE, round == 0);
        }
    }
}
