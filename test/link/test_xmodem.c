// SPDX-License-Identifier: Apache-2.0
// XMODEM and YMODEM, against a sender that follows the protocol's text: every kind of block, damage
// at every byte, repeats, gaps and cuts; and packets and typed text on the same line.
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/crc.h"
#include "base/err.h"
#include "link/console.h"
#include "link/detect.h"
#include "link/xmodem.h"
#include "test.h"

enum {
    FILE_MAX = 8192,
    FRAME = 300,
    SOH = 1,
    STX = 2,
    EOT = 4,
    ACK = 6,
    NAK = 0x15,
    CAN = 0x18,
};

// ---- The sink ----------------------------------------------------------------------------

static struct {
    uint8_t file[FILE_MAX];
    uint32_t end;
    uint32_t whole;  // bytes of the file that the sink knows to be all
    unsigned steps;
    unsigned finished, aborted, left;
    int write_error, finish_error, step_error;
} sink;

static int sink_write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len) {
    (void)ctx;
    if (sink.write_error) {
        return sink.write_error;
    }
    CHECK_EQ(off, off ? sink.end : 0);
    len = tn_min(len, 100);
    CHECK(off + len <= FILE_MAX);
    memcpy(sink.file + off, data, len);
    sink.end = off + len;
    sink.steps = 3;
    return (int)len;
}

static int sink_finish(void *ctx) {
    (void)ctx;
    sink.finished++;
    sink.steps = 3;
    return sink.finish_error;
}

static bool sink_is_whole(void *ctx) {
    (void)ctx;
    return sink.end >= sink.whole;
}

static int sink_step(void *ctx) {
    (void)ctx;
    if (sink.steps) {
        sink.steps--;
        return TN_MORE;
    }
    return sink.step_error;
}

static void sink_abort(void *ctx) {
    (void)ctx;
    sink.aborted++;
}

static void sink_leave(void *ctx) {
    (void)ctx;
    sink.left++;
}

static const char *words(int err) {
    return err == TN_EKEY ? "a foreign key" : NULL;
}

static const struct tn_xmodem_sink row = {
        sink_write, sink_finish, sink_is_whole, sink_step, sink_abort, sink_leave, words};

// ---- The line ----------------------------------------------------------------------------

static struct tn_xmodem x;
static struct tn_detect detect;
static uint8_t frame[FRAME];
static uint8_t block[TN_XMODEM_BLOCK];
static uint32_t now;
static char said[4096];  // by the device
static size_t nsaid;
static unsigned packets;

static void begin(void) {
    memset(&sink, 0, sizeof(sink));
    memset(&x, 0, sizeof(x));
    memset(&detect, 0, sizeof(detect));
    detect.buf = frame;
    detect.size = sizeof(frame);
    x.inner = &tn_detect_framing;
    x.link = &detect;
    x.sink = &row;
    x.buf = block;
    x.help = "\r\nsome help";
    now = 100000;
    nsaid = packets = 0;
}

static void take(void) {
    uint8_t piece[TN_FRAMING_PIECE];
    size_t n;

    while ((n = tn_xmodem_framing.take(&x, piece)) > 0) {
        CHECK(n <= sizeof(piece));
        CHECK(nsaid + n < sizeof(said));
        memcpy(said + nsaid, piece, n);
        nsaid += n;
    }
    said[nsaid] = 0;
}

static void feed(int byte) {
    struct tn_span pkt = {NULL, 0};

    tn_xmodem_framing.feed(&x, byte, now, &pkt);
    packets += pkt.ptr != NULL;
    take();
}

static void silence(uint32_t ms) {
    for (uint32_t i = 0; i < ms; i += 10) {
        now += 10;
        feed(TN_FRAMING_SILENCE);
    }
}

static void feed_all(const void *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        feed(((const uint8_t *)bytes)[i]);
    }
}

// What the device has said since the last call. Lets it work first.
static const char *answer(void) {
    static char copy[sizeof(said)];

    for (int i = 0; i < 200 && !nsaid; i++) {
        feed(TN_FRAMING_SILENCE);
    }
    memcpy(copy, said, nsaid + 1);
    nsaid = 0;
    said[0] = 0;
    return copy;
}

// ---- A sender ----------------------------------------------------------------------------

static bool uses_sum;
static uint8_t wire[3 + TN_XMODEM_BLOCK + 2];

// Makes a block with n of the file's bytes. Returns its length.
static size_t make(uint8_t number, const uint8_t *data, size_t n, size_t size, uint8_t pad) {
    uint8_t sum = 0;

    wire[0] = size == 128 ? SOH : STX;
    wire[1] = number;
    wire[2] = (uint8_t)~number;
    memset(wire + 3, pad, size);
    memcpy(wire + 3, data, n);
    if (uses_sum) {
        for (size_t i = 0; i < size; i++) {
            sum = (uint8_t)(sum + wire[3 + i]);
        }
        wire[3 + size] = sum;
        return 3 + size + 1;
    }
    tn_put_be16(wire + 3 + size, tn_crc16(0, wire + 3, size));
    return 3 + size + 2;
}

static void send_block(uint8_t number, const uint8_t *data, size_t n, size_t size) {
    size_t len = make(number, data, n, size, 0x1a);

    feed_all(wire, len);
}

static void fill(uint8_t *file) {
    for (size_t i = 0; i < FILE_MAX; i++) {
        file[i] = (uint8_t)(i * 7 + (i >> 8));
    }
}

// Sends a whole file as blocks of size. Returns what the device says to the last block.
static void send_data(const uint8_t *file, uint32_t len, uint32_t size) {
    uint8_t number = 1;

    for (uint32_t off = 0; off < len; off += size) {
        send_block(number++, file + off, tn_min(size, len - off), size);
        const char *a = answer();
        if (strcmp(a, "\x06")) {
            printf("block %u: %zu bytes, %02x\n", number - 1, strlen(a), (uint8_t)a[0]);
        }
        CHECK(!strcmp(a, "\x06"));
    }
}

static void await_invitation(bool by_sum) {
    for (int i = 0; i < 8; i++) {
        silence(TN_XMODEM_INVITE_MS);
        const char *a = answer();
        if (a[strlen(a) - 1] == (by_sum ? NAK : 'C')) {
            uses_sum = by_sum;
            return;
        }
    }
    CHECK(false);
}

static void check_end(const uint8_t *file, uint32_t len) {
    CHECK_EQ(sink.finished, 1);
    CHECK(sink.end >= len);
    CHECK(!memcmp(sink.file, file, len));
    CHECK_EQ(sink.left, 0);
    silence(TN_XMODEM_LEAVE_MS + 20);
    CHECK_EQ(sink.left, 1);
    CHECK(strstr(answer(), "installed"));
}

static uint8_t file[FILE_MAX];

TEST(a_file_by_xmodem_arrives_in_every_kind_of_block) {
    fill(file);
    for (int kind = 0; kind < 4; kind++) {
        uint32_t size = kind & 1 ? 1024 : 128;
        begin();
        sink.whole = 3000;
        await_invitation(kind & 2);
        send_data(file, 3000, size);
        feed(EOT);
        CHECK(!strcmp(answer(), "\x06"));
        check_end(file, 3000);
    }
}

static void send_name(const char *name, const char *size) {
    uint8_t head[128] = {0};
    size_t n = strlen(name);

    memcpy(head, name, n);
    memcpy(head + n + 1, size, strlen(size));
    size_t len = make(0, head, sizeof(head), 128, 0);
    feed_all(wire, len);
}

TEST(a_batch_by_ymodem_tells_the_size_and_ends_with_an_empty_name) {
    fill(file);
    for (uint32_t len = 2900; len < 3100; len += 50) {
        char text[40];
        begin();
        sink.whole = len;
        await_invitation(false);
        snprintf(text, sizeof(text), "%u 15300141434 100644 0 1 %u", len, len);
        send_name("fw.bin", text);
        CHECK(!strcmp(answer(),
                "\x06"
                "C"));
        send_data(file, len, 1024);
        CHECK_EQ(sink.end, len);  // without padding
        feed(EOT);
        CHECK(!strcmp(answer(),
                "\x06"
                "C"));
        feed(EOT);  // the answer was lost
        CHECK(!strcmp(answer(),
                "\x06"
                "C"));
        send_name("", "");
        CHECK(!strcmp(answer(), "\x06"));
        check_end(file, len);
    }
}

TEST(a_second_file_of_a_batch_is_refused) {
    fill(file);
    begin();
    await_invitation(false);
    send_name("fw.bin", "128");
    answer();
    send_data(file, 128, 128);
    feed(EOT);
    answer();
    send_name("more.bin", "128");
    CHECK(strchr(answer(), CAN));
    CHECK_EQ(sink.aborted, 0);
    silence(TN_XMODEM_LEAVE_MS + 20);
    const char *a = answer();
    CHECK(strstr(a, "installed") && strstr(a, "one file at a time"));
    CHECK_EQ(sink.left, 1);  // with the first file
}

// The sender that has got the answer to its file may be gone, or talk about other things.
TEST(an_installed_file_starts_however_its_batch_ends) {
    static const char *const ends[] = {"", "\x18\x18", "\x06\x09"};

    fill(file);
    for (size_t i = 0; i < TN_LEN(ends); i++) {
        begin();
        await_invitation(false);
        send_name("fw.bin", "128");
        answer();
        send_data(file, 128, 128);
        feed(EOT);
        answer();
        feed_all(ends[i], strlen(ends[i]));
        silence(*ends[i] ? TN_XMODEM_LEAVE_MS + 20 : 120000);
        CHECK_EQ(sink.left, 1);
        CHECK_EQ(sink.aborted, 0);
        CHECK(strstr(answer(), "installed"));
    }
}

TEST(a_size_that_is_no_number_is_as_good_as_none) {
    static const char *const sizes[] = {"", "x", "99999999999999999999", "-5", "12a"};

    fill(file);
    for (size_t i = 0; i < TN_LEN(sizes); i++) {
        begin();
        await_invitation(false);
        send_name("f", sizes[i]);
        answer();
        send_block(1, file, 128, 128);
        CHECK(!strcmp(answer(), "\x06"));
        CHECK_EQ(sink.end, i == 4 ? 12 : 128);
    }
}

TEST(damage_at_any_byte_is_repaired_by_one_repeat) {
    fill(file);
    for (int by_sum = 0; by_sum < 2; by_sum++) {
        for (size_t at = 0; at < 3 + 128 + 2u - (size_t)by_sum; at++) {
            begin();
            await_invitation(by_sum);
            send_block(1, file, 128, 128);
            answer();
            size_t len = make(2, file + 128, 128, 128, 0x1a);
            wire[at] ^= 0x41;
            feed_all(wire, len);
            silence(12000);  // a byte that was a block's head leaves nothing to complain about
            CHECK(strchr(answer(), NAK));
            send_block(2, file + 128, 128, 128);
            CHECK(!strcmp(answer(), "\x06"));
            CHECK_EQ(sink.end, 256);
            CHECK(!memcmp(sink.file, file, 256));
        }
    }
}

TEST(a_block_cut_anywhere_is_asked_for_again) {
    fill(file);
    for (size_t cut = 1; cut < 133; cut++) {
        begin();
        await_invitation(false);
        send_block(1, file, 128, 128);
        answer();
        make(2, file + 128, 128, 128, 0x1a);
        feed_all(wire, cut);
        silence(1100);
        CHECK(!strcmp(answer(), "\x15"));
        send_block(2, file + 128, 128, 128);
        CHECK(!strcmp(answer(), "\x06"));
    }
}

TEST(a_repeated_block_is_dropped_and_a_missing_one_ends_the_file) {
    fill(file);
    begin();
    await_invitation(false);
    send_data(file, 256, 128);
    send_block(2, file + 128, 128, 128);
    CHECK(!strcmp(answer(), "\x06"));
    CHECK_EQ(sink.end, 256);
    send_block(4, file + 384, 128, 128);
    CHECK(strchr(answer(), CAN));
    CHECK_EQ(sink.aborted, 1);
    CHECK(!tn_xmodem_is_receiving(&x));
}

TEST(numbers_wrap_after_255) {
    static uint8_t long_file[300 * 128];
    begin();
    memset(long_file, 0x55, sizeof(long_file));
    await_invitation(false);
    for (uint32_t i = 0; i < 300; i++) {
        sink.end = 0;  // the sink's memory is small
        x.off = i ? 128 : 0;
        if (i) {
            sink.end = 128;
        }
        send_block((uint8_t)(i + 1), long_file, 128, 128);
        CHECK(!strcmp(answer(), "\x06"));
    }
}

TEST(a_sender_that_has_gone_is_given_up_and_packets_need_not_wait) {
    struct tn_console client = {0};
    static const uint8_t echo[] = {
            0x02, 0, 0, 9, 0, 0, 1, 0, 0xa1, 0x61, 'd', 0x65, 'h', 'e', 'l', 'l', 'o'};
    uint8_t piece[TN_FRAMING_PIECE];
    size_t n;

    fill(file);
    begin();
    await_invitation(false);
    send_block(1, file, 128, 128);
    answer();
    silence(120000);
    CHECK_EQ(sink.aborted, 1);
    CHECK(!tn_xmodem_is_receiving(&x));

    begin();
    await_invitation(false);
    send_block(1, file, 128, 128);
    answer();
    tn_console_send(&client, echo, sizeof(echo));
    while ((n = tn_console_take(&client, piece)) > 0) {
        feed_all(piece, n);
    }
    CHECK_EQ(packets, 1);
    CHECK_EQ(sink.aborted, 1);
}

TEST(the_sender_may_cancel) {
    fill(file);
    begin();
    await_invitation(false);
    send_block(1, file, 128, 128);
    answer();
    feed(CAN);
    CHECK(tn_xmodem_is_receiving(&x));
    feed(CAN);
    CHECK(!tn_xmodem_is_receiving(&x));
    CHECK_EQ(sink.aborted, 1);
    silence(500);
    CHECK(strstr(answer(), "gave up"));
}

TEST(noise_that_looks_like_the_end_does_not_end_a_file) {
    fill(file);
    begin();
    sink.whole = 256;
    await_invitation(false);
    send_block(1, file, 128, 128);
    answer();
    feed(EOT);
    CHECK(!strcmp(answer(), "\x15"));
    CHECK_EQ(sink.finished, 0);
    send_block(2, file + 128, 128, 128);
    CHECK(!strcmp(answer(), "\x06"));
    feed(EOT);
    CHECK(!strcmp(answer(), "\x06"));
    CHECK_EQ(sink.finished, 1);
}

TEST(errors_of_the_sink_cancel_the_sender_and_say_why) {
    fill(file);
    for (int when = 0; when < 3; when++) {
        begin();
        await_invitation(false);
        sink.write_error = when == 0 ? TN_EKEY : 0;
        send_block(1, file, 128, 128);
        if (when) {
            CHECK(!strcmp(answer(), "\x06"));
            sink.finish_error = when == 1 ? TN_EKEY : 0;
            sink.step_error = when == 2 ? TN_EKEY : 0;
            feed(EOT);
        }
        CHECK(!strncmp(answer(), "\x18\x18\x18\x18", 4));
        CHECK_EQ(sink.aborted, 1);
        silence(500);
        CHECK(strstr(answer(), "refused: a foreign key\r\n"));
        feed('\r');
        silence(100);
        CHECK(strstr(answer(), "some help\r\nlast: a foreign key\r\n"));
        silence(5000);
        CHECK_EQ(sink.left, 0);
    }
}

// ---- Who else speaks ---------------------------------------------------------------------

TEST(typed_text_gets_one_line_of_help) {
    begin();
    silence(20);
    answer();
    feed_all("version\r", 8);
    silence(100);
    CHECK(strstr(answer(), "\r\nsome help\r\n"));
    silence(400);
    CHECK(!strstr(answer(), "help"));
    feed('\n');
    silence(100);
    CHECK(strstr(answer(), "some help"));
    feed_all("\x06\x09yes\n", 6);  // a damaged frame is not typed
    silence(100);
    CHECK(!strstr(answer(), "help"));
}

TEST(a_zmodem_sender_is_told_what_to_use) {
    static const char request[] = "rz\r**\x18"
                                  "B00000000000000\r\n\x11";

    begin();
    feed_all(request, sizeof(request) - 1);
    CHECK(strchr(answer(), CAN));
    silence(1000);
    CHECK(strstr(answer(), "ZMODEM is not supported"));
}

TEST(a_client_of_lines_delays_the_invitations) {
    struct tn_console client = {0};
    static const uint8_t list[] = {0x00, 0, 0, 1, 0, 1, 1, 0, 0xa0};
    uint8_t piece[TN_FRAMING_PIECE];
    size_t n;

    begin();
    silence(4000);
    answer();
    tn_console_send(&client, list, sizeof(list));
    while ((n = tn_console_take(&client, piece)) > 0) {
        feed_all(piece, n);
    }
    CHECK_EQ(packets, 1);
    silence(TN_XMODEM_CLIENT_MS - 100);
    CHECK_EQ(nsaid, 0);
    silence(200);
    CHECK(!strcmp(answer(), "C"));
}

// A pause hides that the line began as a frame does, and its end is a typed one's.
TEST(a_frame_that_pauses_gets_no_help) {
    static const char whole[] = "\x06\x09"
                                "AAsAAAABAAEBAKCxzg==\n";

    for (size_t at = 0; at < sizeof(whole) - 1; at++) {
        begin();
        silence(20);
        answer();
        feed_all(whole, at);
        silence(100);
        feed_all(whole + at, sizeof(whole) - 1 - at);
        CHECK_EQ(packets, 1);
        silence(100);
        CHECK(!strstr(answer(), "help"));
    }
}

TEST(a_client_of_packets_ends_the_invitations) {
    static const uint8_t raw[] = {0x0a, 0, 0, 1, 0, 1, 7, 0, 0xa0};

    begin();
    silence(7000);
    CHECK(strchr(answer(), 'C'));
    feed_all(raw, sizeof(raw));
    CHECK_EQ(packets, 1);
    nsaid = 0;
    silence(60000);
    CHECK_EQ(nsaid, 0);
}

// Bare packets share their first bytes with blocks; none may be taken for a file.
TEST(no_packet_begins_a_file) {
    for (unsigned op = 0; op < 256; op++) {
        for (unsigned len = 0; len < 256; len++) {
            begin();
            const uint8_t head[] = {(uint8_t)op, 0, 0, (uint8_t)len, 0, 1, 0x42, 0};
            feed_all(head, sizeof(head));
            CHECK(!tn_xmodem_is_receiving(&x));
        }
    }
}
