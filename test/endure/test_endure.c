// SPDX-License-Identifier: Apache-2.0
// Uploads over lines that lose, damage, delay and double data. Each upload completes with the right
// bytes, within the time limits below. In simulated time, with many seeds for each scenario.
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "boards.h"
#include "test.h"

enum { SHORT_SEEDS = 4, KIB = 1024 };

// Seeds for each scenario. TN_SEEDS=20 is the long form, five times as long.
static uint32_t seeds;

static void read_seeds(void) {
    const char *text = getenv("TN_SEEDS");

    seeds = text ? (uint32_t)strtoul(text, NULL, 10) : SHORT_SEEDS;
    CHECK(seeds >= 1 && seeds <= 10000);
}

struct scenario {
    const char *name;
    struct rig_cfg cfg;
    double mean_max, worst_max;  // in multiples of the time of an upload without faults
};

static struct rig_cfg clean_of(const struct rig_cfg *cfg) {
    struct rig_cfg c = *cfg;

    c.loss = c.damage = c.twice = c.late = c.cuts = 0;
    c.log_us = c.long_erase = 0;
    return c;
}

static void check_right(const struct rig_cfg *cfg, const struct rig_result *r) {
    if (!r->right || r->violations) {
        print_error("seed %u: end %d, rc %d, %u uploads, %u ms\n", cfg->seed, r->end, r->rc,
                r->uploads, r->took_ms);
    }
    CHECK(!r->wrong);
    CHECK(r->done && r->right);
    CHECK_EQ(r->violations, 0);
    CHECK_EQ(r->cuts, cfg->cuts);
}

// Runs a scenario with every seed, and prints a line of the table.
static void run(const struct scenario *s) {
    struct rig_cfg cfg = clean_of(&s->cfg);
    struct rig_result r;
    double sum = 0, worst = 0;
    uint32_t retries = 0;

    read_seeds();
    rig_run(&cfg, &r);
    check_right(&cfg, &r);
    double clean = r.took_ms;
    cfg = s->cfg;
    for (cfg.seed = 1; cfg.seed <= seeds; cfg.seed++) {
        rig_run(&cfg, &r);
        check_right(&cfg, &r);
        double ratio = r.took_ms / clean;
        sum += ratio;
        worst = ratio > worst ? ratio : worst;
        retries += r.retries;
    }
    printf("  %-56s clean %7.2f s  mean %5.2f  worst %5.2f  retries %3u\n", s->name, clean / 1000,
            sum / seeds, worst, retries / seeds);
    CHECK(sum / seeds <= s->mean_max);
    CHECK(worst <= s->worst_max);
}

static void run_all(const struct scenario *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        run(&s[i]);
    }
}

TEST(a_tenth_of_the_datagrams_lost_costs_at_most_1_6_times) {
    static const struct scenario s[] = {
            {"10 % of datagrams lost, round trip 10 ms",
                    {RIG_NETWORK(5000), .image_len = 200 * KIB, .loss = 100}, 1.6, 2.5},
            {"the same, round trip 50 ms",
                    {RIG_NETWORK(25000), .image_len = 200 * KIB, .loss = 100}, 1.6, 2.5},
            {"the same, an nRF52840's flash behind 0.2 ms",
                    {RIG_NETWORK(100), RIG_NRF52, .image_len = 200 * KIB, .loss = 100}, 1.6, 2.0},
    };
    struct scenario one = s[0];

    run_all(s, TN_LEN(s));
    one.name = "the same, one request at a time, round trip 10 ms";
    one.cfg.buf_count = 2;
    run(&one);
}

TEST(lost_lines_cost_at_most_3_times_at_a_tenth_and_1_6_at_a_fiftieth) {
    static const struct scenario s[] = {
            {"10 % of lines lost, 115200",
                    {RIG_BARE_LINE(115200), .image_len = 48 * KIB, .loss = 100}, 3.0, 4.0},
            {"10 % of lines lost, 115200, nRF52840",
                    {RIG_NRF52_LINE(115200), .image_len = 48 * KIB, .loss = 100}, 3.0, 4.0},
            {"10 % of lines lost, 921600, nRF52840",
                    {RIG_NRF52_LINE(921600), .image_len = 48 * KIB, .loss = 100}, 3.0, 6.0},
            {"2 % of lines lost, 115200",
                    {RIG_BARE_LINE(115200), .image_len = 48 * KIB, .loss = 20}, 1.6, 2.0},
            {"2 % of lines lost, 115200, nRF52840",
                    {RIG_NRF52_LINE(115200), .image_len = 48 * KIB, .loss = 20}, 1.6, 2.0},
            {"2 % of lines lost, 921600, nRF52840",
                    {RIG_NRF52_LINE(921600), .image_len = 48 * KIB, .loss = 20}, 1.6, 2.5},
            {"10 % of lines lost, 115200, three requests at a time",
                    {RIG_DEEP_LINE(115200), .image_len = 48 * KIB, .loss = 100}, 3.0, 4.0},
            {"10 % of lines lost, 921600, three requests at a time",
                    {RIG_DEEP_LINE(921600), .image_len = 48 * KIB, .loss = 100}, 3.0, 4.0},
            {"2 % of lines lost, 115200, three requests at a time",
                    {RIG_DEEP_LINE(115200), .image_len = 48 * KIB, .loss = 20}, 1.6, 2.0},
            {"2 % of lines lost, 921600, three requests at a time",
                    {RIG_DEEP_LINE(921600), .image_len = 48 * KIB, .loss = 20}, 1.6, 2.0},
    };

    run_all(s, TN_LEN(s));
}

TEST(a_damaged_byte_in_a_twentieth_of_lines_or_datagrams_is_survived) {
    static const struct scenario s[] = {
            {"a byte damaged in 5 % of lines, 115200",
                    {RIG_BARE_LINE(115200), .image_len = 48 * KIB, .damage = 50}, 2.5, 3.0},
            {"a byte damaged in 5 % of lines, 921600, nRF52840",
                    {RIG_NRF52_LINE(921600), .image_len = 48 * KIB, .damage = 50}, 2.5, 4.0},
            {"a byte damaged in 5 % of datagrams, round trip 10 ms",
                    {RIG_NETWORK(5000), .image_len = 200 * KIB, .damage = 50}, 1.6, 2.5},
    };

    run_all(s, TN_LEN(s));
}

// Bare packets have no checksum. The device refuses a damaged file by its hash, and the client
// sends it again until it is right. A damaged file must never count as done.
TEST(damaged_bare_packets_are_refused_and_sent_again) {
    struct rig_cfg cfg = {RIG_BARE_LINE(115200), .link = RIG_RAW, .image_len = 8 * KIB,
            .damage = 50, .again = 200};
    uint32_t refused = 0, uploads = 0;

    read_seeds();
    for (cfg.seed = 1; cfg.seed <= 4 * seeds; cfg.seed++) {
        struct rig_result r;
        rig_run(&cfg, &r);
        check_right(&cfg, &r);
        refused += r.refused;
        uploads += r.uploads;
    }
    printf("  a byte damaged in 5 %% of bare packets, 8 KiB: %.1f uploads each, %u refused\n",
            uploads / 4.0 / seeds, refused);
    CHECK(refused > 0);
}

// With a checksum in each request, damage costs one packet and not the whole file.
TEST(damaged_bare_packets_with_a_checksum_are_lost_alone) {
    static const struct scenario s[] = {
            {"a byte damaged in 5 % of bare packets with a checksum, 115200",
                    {RIG_BARE_LINE(115200), .link = RIG_RAW, .image_len = 100 * KIB, .damage = 50,
                            .again = 8, .with_crc = true},
                    1.6, 2.0},
            {"the same, 921600, nRF52840",
                    {RIG_NRF52_LINE(921600), .link = RIG_RAW, .image_len = 100 * KIB, .damage = 50,
                            .again = 8, .with_crc = true},
                    1.6, 2.0},
    };

    run_all(s, TN_LEN(s));
}

TEST(bytes_that_come_while_an_erase_stops_the_core_are_lost_and_survived) {
    // With one request at a time no byte comes during an erase; with more, some come in each.
    struct scenario s = {"erases that lose bytes, one request at a time, 115200",
            {RIG_NRF52_LINE(115200), .image_len = 48 * KIB}, 1.6, 1.6};

    run(&s);
    s.name = "the same, three requests at a time";
    s.cfg.buf_count = 4;
    s.mean_max = s.worst_max = 3.0;
    run(&s);
    s.name = "one at a time in bare packets, 921600";
    s.cfg.link = RIG_RAW;
    s.cfg.baud = 921600;
    s.cfg.buf_count = 2;
    run(&s);
}

TEST(log_text_in_between_costs_next_to_nothing) {
    static const struct scenario s[] = {
            {"log text between lines, 115200",
                    {RIG_BARE_LINE(115200), .image_len = 48 * KIB, .log_us = 30000}, 1.1, 1.2},
            {"log text between lines, nRF52840",
                    {RIG_NRF52_LINE(115200), .image_len = 48 * KIB, .log_us = 30000}, 1.1, 1.2},
            {"log text between bare packets",
                    {RIG_BARE_LINE(115200), .link = RIG_RAW, .image_len = 48 * KIB,
                            .log_us = 30000},
                    1.1, 1.2},
    };

    run_all(s, TN_LEN(s));
}

TEST(an_erase_of_90_s_is_waited_for) {
    static const struct rig_cfg s[] = {
            {RIG_BARE_LINE(115200), .link = RIG_CONSOLE},
            {RIG_NRF52_LINE(115200), .link = RIG_CONSOLE},
            {RIG_NRF52_LINE(115200), .link = RIG_RAW},
            {RIG_NETWORK(5000)},
            {RIG_NETWORK(5000), RIG_NRF52},
    };

    for (size_t i = 0; i < TN_LEN(s); i++) {
        for (uint32_t at = 1; at < 14; at += 3) {
            for (unsigned loss = 0; loss <= 50; loss += 50) {
                struct rig_cfg cfg = s[i];
                struct rig_result r;
                cfg.image_len = 32 * KIB;
                cfg.long_erase = at;
                cfg.long_us = 90000000;
                cfg.loss = cfg.link == RIG_RAW ? 0 : loss;
                cfg.seed = at;
                rig_run(&cfg, &r);
                check_right(&cfg, &r);
                CHECK(r.took_ms > 90000 || at > 8);  // an upload of 32 KiB needs few erases
                CHECK(r.took_ms < 120000);
            }
        }
    }
}

// After an answer that took 20 s, the client is as quick as before.
TEST(a_long_stall_is_forgotten) {
    double extra = 0;

    read_seeds();
    for (uint32_t seed = 1; seed <= seeds; seed++) {
        struct rig_cfg cfg = {
                RIG_NRF52_LINE(115200), .image_len = 100 * KIB, .loss = 5, .seed = seed};
        struct rig_result without, with;
        rig_run(&cfg, &without);
        cfg.long_erase = 10;
        cfg.long_us = 20000000;
        rig_run(&cfg, &with);
        check_right(&cfg, &with);
        extra += (double)with.took_ms - without.took_ms;
    }
    CHECK(extra / seeds < 22000);
}

TEST(a_hundred_disconnects_are_survived) {
    static const struct rig_cfg s[] = {
            {RIG_BARE_LINE(115200), .link = RIG_CONSOLE, .image_len = 240 * KIB},
            {RIG_NRF52_LINE(115200), .link = RIG_CONSOLE, .image_len = 240 * KIB},
            {RIG_BARE_LINE(57600), .link = RIG_RAW, .image_len = 200 * KIB},
            {RIG_NETWORK(250000), .image_len = 240 * KIB},
    };

    read_seeds();
    for (size_t i = 0; i < TN_LEN(s); i++) {
        for (uint32_t seed = 1; seed <= seeds; seed++) {
            struct rig_cfg cfg = s[i];
            struct rig_result r;
            cfg.cuts = 100;
            cfg.seed = seed;
            rig_run(&cfg, &r);
            check_right(&cfg, &r);
            CHECK_EQ(r.uploads, 101);
        }
    }
}

TEST(doubled_late_and_reordered_datagrams_lose_no_byte) {
    static const struct scenario s[] = {
            {"5 % lost, 10 % doubled, 10 % late, round trip 10 ms",
                    {RIG_NETWORK(5000), .image_len = 200 * KIB, .loss = 50, .twice = 100,
                            .late = 100},
                    2.0, 3.0},
            {"the same, an nRF52840's flash behind 0.2 ms",
                    {RIG_NETWORK(100), RIG_NRF52, .image_len = 200 * KIB, .loss = 50, .twice = 100,
                            .late = 100},
                    1.6, 2.0},
    };

    run_all(s, TN_LEN(s));
}

TEST(uploads_survive_all_faults_at_once) {
    struct scenario s = {"3 % of lines lost, 3 % damaged, logs, erases, 20 cuts",
            {RIG_NRF52_LINE(115200), .image_len = 100 * KIB, .loss = 30, .damage = 30,
                    .log_us = 100000, .cuts = 20},
            4.0, 6.0};

    run(&s);
}

static uint32_t some_seed = 12345;

static uint32_t up_to(uint32_t n) {
    return tn_test_random(&some_seed) % (n + 1);
}

// A device and a line with random properties.
static struct rig_cfg any_cfg(uint32_t seed) {
    static const uint32_t bauds[] = {57600, 115200, 460800, 921600};
    struct rig_cfg c = {.seed = seed,
            .link = (enum rig_link)up_to(2),
            .delay_us = up_to(30000),
            .image_len = 4 * KIB + up_to(40 * KIB),
            .buf_size = 384 + up_to(1600),
            .buf_count = 1 + up_to(5),
            .ring = 128 + up_to(2000),
            .stalls = up_to(1),
            .fifo = 6,
            .erase_us = up_to(1) * up_to(100000),
            .word_us = up_to(41),
            .step_us = up_to(200),
            .log_us = up_to(1) * (20000 + up_to(100000)),
            .twice = up_to(100),
            .late = up_to(100),
            .cuts = up_to(10)};

    c.baud = c.link == RIG_DATAGRAM ? 10000000 : bauds[up_to(3)];
    if (up_to(4) == 0) {
        c.long_erase = 1 + up_to(9);
        c.long_us = up_to(90000000);
    }
    if (c.link == RIG_RAW) {
        // A stopped core loses the middle of a packet and notices no silence. An upload that is
        // refused for that is sent again, like in host/device/session.c.
        c.again = 8;
        c.buf_count = 2;
        c.ring = 2 * KIB;
    } else {
        c.loss = up_to(100);
        c.damage = up_to(50);
    }
    return c;
}

TEST(whatever_line_and_device_each_upload_completes) {
    read_seeds();
    for (uint32_t seed = 1; seed <= 15 * seeds; seed++) {
        struct rig_cfg cfg = any_cfg(seed);
        struct rig_result r;
        rig_run(&cfg, &r);
        cfg.cuts = r.cuts;  // a fast upload may be done before the last cut
        check_right(&cfg, &r);
    }
}

// The means against faults cost no time on a line without faults.
TEST(a_line_without_faults_needs_no_retry) {
    static const struct rig_cfg s[] = {
            {RIG_BARE_LINE(115200), .link = RIG_CONSOLE},
            {RIG_BARE_LINE(921600), .link = RIG_CONSOLE},
            {RIG_NRF52_LINE(115200), .link = RIG_CONSOLE},
            {RIG_NRF52_LINE(921600), .link = RIG_CONSOLE},
            {RIG_BARE_LINE(115200), .link = RIG_RAW},
            {RIG_NETWORK(5000)},
    };

    for (size_t i = 0; i < TN_LEN(s); i++) {
        struct rig_cfg cfg = s[i];
        struct rig_result r;
        cfg.image_len = 100 * KIB;
        rig_run(&cfg, &r);
        check_right(&cfg, &r);
        CHECK_EQ(r.retries, 0);
    }
}
