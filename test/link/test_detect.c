// SPDX-License-Identifier: Apache-2.0
// A server's end that takes both framings: whatever came before, the next request is heard, and
// answered as it came.
#include "link/detect.h"

#include <stdio.h>

#include "base/compiler.h"
#include "test.h"

static uint8_t buf[1028];
static struct tn_detect detect;

static void begin(void) {
    memset(&detect, 0, sizeof(detect));
    detect.buf = buf;
    detect.size = sizeof(buf);
}

// Feeds all of it. Returns how often pkt came.
static int count(const void *bytes, size_t len, const uint8_t *pkt, size_t pkt_len) {
    const uint8_t *p = bytes;
    int found = 0;

    while (len) {
        size_t got_len = 0;
        size_t n = tn_detect_feed(&detect, p, len);
        CHECK(n <= len);
        p += n;
        len -= n;
        const uint8_t *got = tn_detect_packet(&detect, &got_len);
        CHECK(n || got);
        found += got && got_len == pkt_len && !memcmp(got, pkt, pkt_len);
    }
    return found;
}

// Is it this packet that a silence completes?
static int after_silence(const uint8_t *pkt, size_t pkt_len) {
    size_t len = 0;

    tn_detect_idle(&detect);
    const uint8_t *got = tn_detect_packet(&detect, &len);
    return got && len == pkt_len && !memcmp(got, pkt, len);
}

// A message, and how it looks on the line.
struct shown {
    uint8_t pkt[400];
    size_t len;
    uint8_t line[600];
    size_t line_len;
};

static const char *const messages[] = {
        "08 00 0001 0000 00 06 A0",                                          // params, version 2
        "00 00 0001 0000 01 06 A0",                                          // and 1
        "08 00 0002 0000 02 06 BFFF",                                        //
        "0A 00 0006 0000 03 00 A16164626869",                                // echo
        "02 00 0006 0000 04 00 A16164626869",                                //
        "0A 00 0001 0000 05 05 A0",                                          // reset
        "0A 00 0015 0001 A1 01 A2636F6666186464646174614800000A0008060904",  // a chunk
        "02 00 0015 0001 BF 01 A2636F6666186464646174614800000A0008060904",  //
};

// The packet of s as it goes over the line.
static void draw(struct shown *s, bool raw) {
    struct tn_console console = {0};
    size_t n;

    s->line_len = 0;
    if (raw) {
        memcpy(s->line, s->pkt, s->len);
        s->line_len = s->len;
        return;
    }
    tn_console_send(&console, s->pkt, s->len);
    while ((n = tn_console_take(&console, s->line + s->line_len)) > 0) {
        s->line_len += n;
    }
}

static void show(struct shown *s, const char *hex, bool raw) {
    s->len = tn_test_hex(s->pkt, sizeof(s->pkt), hex);
    draw(s, raw);
}

// A chunk of an upload whose data is full of the beginnings of console frames.
static void show_big(struct shown *s, bool raw) {
    static const uint8_t marker[] = {0x06, 0x09, 'A', 'B'};

    s->len = tn_test_hex(
            s->pkt, sizeof(s->pkt), "0A00 016F 0001 A101 BF 636F6666 00 6464617461 590160");
    while (s->len < 8 + 0x16e) {
        s->pkt[s->len] = marker[s->len % sizeof(marker)];
        s->len++;
    }
    s->pkt[s->len++] = 0xff;
    draw(s, raw);
}

static int times(const struct shown *s) {
    return count(s->line, s->line_len, s->pkt, s->len);
}

TEST(both_framings_are_heard_and_answered_in_kind) {
    static const uint8_t rsp[] = {0x09, 0, 0, 1, 0, 0, 0, 6, 0xa0};
    static const char console_rsp[] = "\x06\x09"
                                      "AAsJAAABAAAABqCYMA==\n";
    uint8_t out[TN_DETECT_LINE];
    struct shown s;

    begin();
    for (unsigned i = 0; i < 64; i++) {
        bool raw = (i * 37 >> 3) & 1;
        show(&s, messages[i % TN_LEN(messages)], raw);
        CHECK_EQ(times(&s), 1);
        CHECK_EQ(tn_detect_is_raw(&detect), raw);
        CHECK(!tn_detect_is_sending(&detect));
        tn_detect_send(&detect, rsp, sizeof(rsp));
        CHECK(tn_detect_is_sending(&detect));
        size_t n = tn_detect_take(&detect, out);
        CHECK_EQ(n, raw ? sizeof(rsp) : sizeof(console_rsp) - 1);
        CHECK_MEM(out, raw ? (const void *)rsp : console_rsp, n);
        CHECK_EQ(tn_detect_take(&detect, out), 0);
    }
}

// Nothing of up to two bytes stands in the way of a console line, and of a bare request only
// what reads as the beginning of another one: that costs one, and nothing after a silence.
TEST(every_garbage_of_one_or_two_bytes_is_survived) {
    struct shown s;
    unsigned lost = 0;

    for (unsigned m = 0; m < TN_LEN(messages); m++) {
        for (unsigned raw = 0; raw < 2; raw++) {
            show(&s, messages[m], raw);
            for (unsigned g = 0; g < 256 + 65536; g++) {
                uint8_t noise[] = {(uint8_t)g, (uint8_t)(g >> 8)};
                begin();
                if (g < 256) {
                    CHECK_EQ(count(noise, 1, s.pkt, s.len), 0);
                } else {
                    noise[0] = (uint8_t)(g - 256);
                    noise[1] = (uint8_t)((g - 256) >> 8);
                    CHECK_EQ(count(noise, 2, s.pkt, s.len), 0);
                }
                int first = times(&s);
                lost += !first;
                CHECK(first == 1 || raw);
                CHECK_EQ(times(&s), 1);
                CHECK_EQ(tn_detect_is_raw(&detect), raw);
                if (g < 256) {
                    begin();
                    count(noise, 1, s.pkt, s.len);
                    tn_detect_idle(&detect);
                    CHECK_EQ(times(&s), 1);
                }
            }
        }
    }
    CHECK(lost < TN_LEN(messages) * 65792 / 1000);  // of bare requests, fewer than one in 1000
}

TEST(a_newline_in_front_swallows_nothing) {
    static const char *const flushes[] = {"\n", "\r\n", "\n\n", "\r"};
    struct shown s;

    for (size_t f = 0; f < TN_LEN(flushes); f++) {
        for (unsigned m = 0; m < TN_LEN(messages); m++) {
            for (unsigned raw = 0; raw < 2; raw++) {
                show(&s, messages[m], raw);
                begin();
                for (int again = 0; again < 3; again++) {
                    count(flushes[f], strlen(flushes[f]), s.pkt, s.len);
                    CHECK_EQ(times(&s), 1);
                }
            }
        }
    }
}

TEST(half_a_frame_of_either_kind_does_not_hide_one_of_the_other) {
    struct shown half, s;

    for (unsigned h = 0; h < TN_LEN(messages); h++) {
        for (unsigned m = 0; m < TN_LEN(messages); m++) {
            show(&half, messages[h], false);
            show(&s, messages[m], true);
            for (size_t cut = 0; cut < half.line_len; cut++) {
                begin();
                count(half.line, cut, s.pkt, s.len);
                CHECK(times(&s) >= 1);  // and the line too, if only its newline was missing
                CHECK(tn_detect_is_raw(&detect));
            }
            // Half a bare packet takes what follows for its rest: until a silence.
            show(&half, messages[h], true);
            show(&s, messages[m], false);
            for (size_t cut = 0; cut < half.line_len; cut++) {
                begin();
                count(half.line, cut, s.pkt, s.len);
                times(&s);
                CHECK_EQ(times(&s), 1);
                begin();
                count(half.line, cut, s.pkt, s.len);
                tn_detect_idle(&detect);
                CHECK_EQ(times(&s), 1);
            }
        }
    }
}

// Heard at once, or, since more could have come, by the silence behind it; and answered in kind.
static void check_heard(const struct shown *s, bool raw) {
    CHECK(times(s) == 1 || after_silence(s->pkt, s->len));
    CHECK_EQ(tn_detect_is_raw(&detect), raw);
}

// A line that is being plugged in, a break, a receiver at the wrong speed: up to 60 bytes alike.
TEST(no_run_of_equal_bytes_hides_a_frame) {
    uint8_t noise[60];
    struct shown s;

    for (unsigned m = 0; m < 2 * TN_LEN(messages); m++) {
        show(&s, messages[m / 2], m & 1);
        for (unsigned value = 0; value < 256; value++) {
            memset(noise, (int)value, sizeof(noise));
            for (size_t n = 1; n <= sizeof(noise); n++) {
                begin();
                CHECK_EQ(count(noise, n, s.pkt, s.len), 0);
                check_heard(&s, m & 1);
            }
        }
    }
}

// One of the messages, or the big one.
static void show_any(struct shown *s, unsigned nth, bool raw) {
    if (nth < TN_LEN(messages)) {
        show(s, messages[nth], raw);
    } else {
        show_big(s, raw);
    }
}

// A client was cut off, and the next one speaks the other kind. Long ones too: a bare packet may
// end anywhere within the frame that it takes for its rest.
TEST(no_beginning_of_one_kind_hides_a_frame_of_the_other) {
    struct shown half, s;

    for (unsigned h = 0; h <= TN_LEN(messages); h++) {
        for (unsigned m = 0; m <= TN_LEN(messages); m++) {
            for (unsigned raw = 0; raw < 2; raw++) {
                show_any(&half, h, !raw);
                show_any(&s, m, raw);
                for (size_t cut = 0; cut < half.line_len; cut++) {
                    begin();
                    count(half.line, cut, s.pkt, s.len);
                    check_heard(&s, raw);
                }
            }
        }
    }
}

// What holds a console frame as its data is one packet, if nothing is missing.
TEST(a_bare_packet_may_carry_the_beginning_of_a_frame_as_data) {
    static const char *const ends[] = {"06", "0609", "06094141734A", "0609414173304A0A",
            "0609414173304A0A0414", "06094141734A0A04"};
    char hex[80];
    struct shown s;
    struct shown next;

    show(&next, messages[3], true);
    for (size_t i = 0; i < TN_LEN(ends); i++) {
        size_t n = strlen(ends[i]) / 2;
        snprintf(hex, sizeof(hex), "0A 00 %04X 0001 A1 01 A1 64 64617461 %02X %s",
                (unsigned)(7 + n), (unsigned)(0x40 + n), ends[i]);
        show(&s, hex, true);
        begin();
        check_heard(&s, true);
        // And where the next one follows without a pause, both come.
        begin();
        next.line[0] = next.pkt[0] = 2;
        CHECK(times(&s) + count(next.line, 1, s.pkt, s.len) == 1);
        CHECK_EQ(count(next.line + 1, next.line_len - 1, next.pkt, next.len), 1);
    }
}

TEST(bare_bytes_between_the_lines_of_a_frame_leave_it_whole) {
    static const uint8_t text[] = "log \x08\x08 a line\n\0\n\x02\0\0";
    uint8_t pkt[300] = {0x0a, 0, 1, 0x24, 0, 1, 1, 1, 0xa1, 0x61};
    uint8_t line[TN_CONSOLE_LINE];
    struct tn_console sender = {0};
    size_t n;
    int got = 0;

    begin();
    tn_console_send(&sender, pkt, sizeof(pkt));
    while ((n = tn_console_take(&sender, line)) > 0) {
        got += count(text, sizeof(text), pkt, sizeof(pkt));
        got += count(line, n, pkt, sizeof(pkt));
    }
    CHECK_EQ(got, 1);
}

TEST(a_bare_write_without_a_body_comes_with_the_silence_behind_it) {
    uint8_t pkt[] = {0x0a, 0, 0, 0, 0, 0, 0, 5};
    size_t len = 0;

    begin();
    CHECK_EQ(count(pkt, sizeof(pkt), pkt, sizeof(pkt)), 0);
    tn_detect_idle(&detect);
    CHECK(tn_detect_packet(&detect, &len) != NULL);
    CHECK_EQ(len, 8);
    CHECK(tn_detect_is_raw(&detect));
    tn_detect_idle(&detect);
    CHECK(tn_detect_packet(&detect, &len) != NULL);  // until the next feed
    // The same as a newline and a read request of version 1: it is that one that counts.
    uint8_t both[] = {'\n', 0, 0, 0, 0, 0, 0, 5, 6};
    CHECK_EQ(count(both, sizeof(both), both + 1, 8), 0);
    CHECK_EQ(after_silence(both + 1, 8), 1);
}

TEST(a_line_ends_the_mistrust_that_garbage_brought) {
    static const uint8_t empty[] = {0x08, 0, 0, 0, 0, 0, 7, 6};
    struct shown s;

    begin();
    show(&s, messages[0], false);
    count("x", 1, s.pkt, s.len);
    CHECK_EQ(count(empty, sizeof(empty), empty, sizeof(empty)), 0);
    CHECK_EQ(after_silence(empty, sizeof(empty)), 0);
    count("x", 1, s.pkt, s.len);
    CHECK_EQ(times(&s), 1);
    count(empty, sizeof(empty), empty, sizeof(empty));
    CHECK_EQ(after_silence(empty, sizeof(empty)), 1);
}

TEST(random_bytes_make_it_deaf_to_neither) {
    uint32_t seed = 77;
    uint8_t noise[200];
    struct shown s;

    begin();
    for (int round = 0; round < 40000; round++) {
        size_t len = tn_test_random(&seed) % sizeof(noise);
        for (size_t i = 0; i < len; i++) {
            uint32_t r = tn_test_random(&seed);
            static const uint8_t likely[] = "\x06\x09\x04\x14\n\0\0\0\x02\x08\x0a\xa1\x61"
                                            "AAsIAA=\r";
            noise[i] = r % 4 ? likely[r / 4 % (sizeof(likely) - 1)] : (uint8_t)(r >> 4);
        }
        bool raw = round & 1;
        show(&s, messages[(unsigned)round / 2 % TN_LEN(messages)], raw);
        count(noise, len, s.pkt, s.len);
        tn_detect_idle(&detect);
        CHECK_EQ(times(&s), 1);
        CHECK_EQ(tn_detect_is_raw(&detect), raw);
    }
}

// Printable text, as logs are, never needs the silence.
TEST(log_text_costs_no_request_of_either_kind) {
    uint32_t seed = 5;
    uint8_t text[120];
    struct shown s;

    begin();
    for (int round = 0; round < 40000; round++) {
        size_t len = tn_test_random(&seed) % sizeof(text);
        for (size_t i = 0; i < len; i++) {
            uint32_t r = tn_test_random(&seed);
            text[i] = (uint8_t)(r % 9 ? 32 + r % 95 : (unsigned)"\r\n\t"[r / 9 % 3]);
        }
        show(&s, messages[(unsigned)round / 2 % TN_LEN(messages)], round & 1);
        count(text, len, s.pkt, s.len);
        CHECK_EQ(times(&s), 1);
    }
}
