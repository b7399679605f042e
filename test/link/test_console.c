// SPDX-License-Identifier: Apache-2.0
// SMP over console: lines made by a script after doc/reference/smp.md section 8, and every way a
// line can be damaged.
#include "link/console.h"

#include "test.h"

static uint8_t buf[512];
static struct tn_console console;

static void begin(size_t size) {
    memset(&console, 0, sizeof(console));
    console.buf = buf;
    console.size = size;
}

// Feeds all of it. Returns how many packets came; the last one stays.
static int feed(const void *bytes, size_t len) {
    const uint8_t *p = bytes;
    int packets = 0;
    size_t ignored;

    while (len) {
        size_t n = tn_console_feed(&console, p, len);
        p += n;
        len -= n;
        packets += tn_console_packet(&console, &ignored) != NULL;
    }
    return packets;
}

static int feed_text(const char *text) {
    return feed(text, strlen(text));
}

static const struct {
    const char *line;
    const char *packet;
} vectors[] = {
        {"\x06\x09"
         "AAsIAAABAAAABqBzEw==\n",
                "0800000100000006A0"},
        {"\x06\x09"
         "ABAKAAAGAAABAKFhZGJoaaWv\n",
                "0A00000600000100A16164626869"},
        {"\x06\x09"
         "AAsIAAABAAEDAKD2UQ==\n",
                "0800000100010300A0"},
        {"\x06\x09"
         "AAsKAAABAAACBaCORw==\n",
                "0A00000100000205A0"},
        {"\x06\x09"
         "AA9IZWxsbywgd29ybGQhet4=\n",
                "48656c6c6f2c20776f726c6421"},
};

TEST(the_documented_lines_are_read_and_written) {
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        uint8_t want[64];
        uint8_t line[TN_CONSOLE_LINE];
        size_t want_len = tn_test_hex(want, sizeof(want), vectors[i].packet);
        size_t len;
        begin(sizeof(buf));
        CHECK_EQ(feed_text(vectors[i].line), 1);
        const uint8_t *pkt = tn_console_packet(&console, &len);
        CHECK_EQ(len, want_len);
        CHECK_MEM(pkt, want, len);
        tn_console_send(&console, want, want_len);
        CHECK_EQ(tn_console_take(&console, line), strlen(vectors[i].line));
        CHECK_MEM(line, vectors[i].line, strlen(vectors[i].line));
        CHECK_EQ(tn_console_take(&console, line), 0);
    }
}

// All lines of a packet of len bytes.
static size_t lines_of(uint8_t *pkt, size_t len, uint8_t *out) {
    struct tn_console sender = {0};
    size_t n = 0;
    size_t got;

    for (size_t i = 0; i < len; i++) {
        pkt[i] = (uint8_t)(i * 13 + len);
    }
    tn_console_send(&sender, pkt, len);
    while ((got = tn_console_take(&sender, out + n)) > 0) {
        CHECK(got <= TN_CONSOLE_LINE);
        CHECK_EQ(out[n + got - 1], '\n');
        n += got;
    }
    return n;
}

TEST(packets_of_every_length_come_through_in_pieces_of_every_size) {
    uint8_t pkt[400];
    uint8_t lines[1024];

    for (size_t len = 1; len <= 400; len++) {
        size_t n = lines_of(pkt, len, lines);
        size_t piece = 1 + len % 17;
        int packets = 0;
        begin(sizeof(buf));
        for (size_t i = 0; i < n; i += piece) {
            packets += feed(lines + i, n - i < piece ? n - i : piece);
        }
        CHECK_EQ(packets, 1);
        size_t got;
        CHECK_MEM(tn_console_packet(&console, &got), pkt, len);
        CHECK_EQ(got, len);
    }
}

TEST(a_packet_just_fits_its_buffer_and_one_byte_more_does_not) {
    uint8_t pkt[400];
    uint8_t lines[1024];
    size_t n = lines_of(pkt, 300, lines);

    begin(304);
    CHECK_EQ(feed(lines, n), 1);
    begin(303);
    CHECK_EQ(feed(lines, n), 0);
    CHECK_EQ(feed_text(vectors[0].line), 1);
}

TEST(one_damaged_byte_costs_that_packet_and_no_other) {
    uint8_t pkt[200];
    uint8_t lines[512];
    size_t n = lines_of(pkt, 150, lines);

    for (size_t at = 0; at < n; at++) {
        for (int bit = 0; bit < 8; bit++) {
            uint8_t bad[512];
            size_t len;
            memcpy(bad, lines, n);
            bad[at] ^= (uint8_t)(1 << bit);
            begin(sizeof(buf));
            if (feed(bad, n) == 1) {
                // Only a change that base64 or the line's end does not see may pass.
                CHECK_MEM(tn_console_packet(&console, &len), pkt, 150);
            }
            feed_text("\n");
            CHECK_EQ(feed_text(vectors[1].line), 1);
        }
    }
}

TEST(log_text_around_and_between_lines_is_passed_over) {
    uint8_t pkt[200];
    uint8_t lines[512];
    size_t n = lines_of(pkt, 150, lines);
    size_t first = (size_t)((uint8_t *)memchr(lines, '\n', n) - lines) + 1;

    begin(sizeof(buf));
    CHECK_EQ(feed_text("booting\r\nno newline here: "), 0);
    CHECK_EQ(feed(lines, first), 0);
    CHECK_EQ(feed_text("[00:01] a log line\n[00:02] and one without an end"), 0);
    CHECK_EQ(feed(lines + first, n - first), 1);
}

TEST(a_line_that_was_cut_off_does_not_swallow_the_next) {
    begin(sizeof(buf));
    for (size_t cut = 0; cut < strlen(vectors[1].line); cut++) {
        CHECK_EQ(feed(vectors[1].line, cut), 0);
        CHECK_EQ(feed_text(vectors[0].line), 1);
    }
}

TEST(carriage_returns_before_the_newline_are_taken) {
    begin(sizeof(buf));
    CHECK_EQ(feed_text("\x06\x09"
                       "AAsIAAABAAAABqBzEw==\r\n"),
            1);
}

TEST(a_first_line_may_hold_a_single_byte) {
    // "Hello, world!" with 1, then 2, raw bytes in the first line.
    begin(sizeof(buf));
    CHECK_EQ(feed_text("\x06\x09"
                       "AA==\n\x04\x14"
                       "D0hlbGxvLCB3b3JsZCF63g==\n"),
            1);
    begin(sizeof(buf));
    CHECK_EQ(feed_text("\x06\x09"
                       "AA8=\n\x04\x14"
                       "SGVsbG8sIHdvcmxkIXre\n"),
            1);
}

TEST(a_further_line_without_a_first_one_is_ignored) {
    begin(sizeof(buf));
    CHECK_EQ(feed_text("\x04\x14"
                       "AAsIAAABAAAABqBzEw==\n"),
            0);
    CHECK_EQ(feed_text(vectors[0].line), 1);
}

TEST(random_bytes_never_make_a_packet_nor_stop_the_next_one) {
    uint32_t seed = 99;

    begin(64);
    for (int round = 0; round < 2000; round++) {
        uint8_t noise[300];
        size_t ignored;
        for (size_t i = 0; i < sizeof(noise); i++) {
            uint32_t r = tn_test_random(&seed);
            static const char likely[] = "\x06\x09\x04\x14\nAAsIAAABAA=\r";
            noise[i] = r % 3 ? (uint8_t)likely[r / 3 % (sizeof(likely) - 1)] : (uint8_t)(r >> 4);
        }
        tn_console_feed(&console, noise, sizeof(noise));
        CHECK(tn_console_packet(&console, &ignored) == NULL);
        CHECK_EQ(feed_text(vectors[0].line), 1);
    }
}
