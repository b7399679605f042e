// SPDX-License-Identifier: Apache-2.0
// Uploads over lines that lose, damage, double and delay packets.
#include "upload_world.h"

TEST(a_tenth_of_the_packets_lost_costs_little) {
    uint32_t clean = 0;
    int dear = 0;  // runs that took more than 1.6 times as long
    for (uint32_t seed = 0; seed < 100; seed++) {
        struct world w;
        world_begin(&w, FILE_MAX, 3);
        w.seed = seed * 2654435761u;  // neighbours would begin alike
        w.work_ms = 50;               // about what 200 bytes take at 57600 baud
        w.loss = seed ? 100 : 0;
        world_check_done(&w, world_run(&w, 600000), FILE_MAX);
        if (seed == 0) {
            clean = w.now - 1000;
        } else {
            dear += w.now - 1000 > clean * 16 / 10;
        }
    }
    CHECK(dear < 25);  // those whose first chunk, which is waited for longest, was lost
}

TEST(lost_damaged_and_doubled_packets_lose_no_byte) {
    for (uint32_t seed = 1; seed < 200; seed++) {
        struct world w;
        world_begin(&w, 8000, (uint8_t)(1 + seed % 6));
        w.seed = seed;
        w.loss = 100;
        w.damage = 50;
        w.twice = 100;
        w.busy_every = seed % 11;
        w.trim = seed % 3 ? 0 : 16;
        w.buffers = 4;
        w.knows_sha = seed % 2;
        if (w.busy_every == 1) {
            w.busy_every = 0;
        }
        world_check_done(&w, world_run(&w, 6000000), 8000);
    }
}

TEST(silence_ends_the_upload_in_the_end) {
    struct world w;

    world_begin(&w, 5000, 3);
    w.loss = 1000;
    CHECK_EQ(world_run(&w, 1000000), TN_ETIMEOUT);
    world_begin(&w, 5000, 3);
    while (w.have < 2500) {
        world_tick(&w);
    }
    w.loss = 1000;
    CHECK_EQ(world_run(&w, 200000), TN_ETIMEOUT);
    CHECK(w.c.acked >= 2000);
}

// Milliseconds from the chunk that is lost to its retry, on a line with answers after 12 ms.
static uint32_t retry_after(uint16_t quiet_ms, uint16_t kib_ms) {
    struct world w;
    struct tn_upload u = upload_of(5000, 1);

    world_begin(&w, 5000, 1);
    w.c.quiet_ms = quiet_ms;
    w.c.kib_ms = kib_ms;
    CHECK_EQ(tn_client_upload(&w.c, &u), 0);
    while (w.have < 2500) {
        CHECK_EQ(world_tick(&w), 0);
    }
    w.loss = 1000;
    while (w.c.retries == 0) {
        CHECK_EQ(world_tick(&w), 0);
    }
    CHECK(w.c.flush);
    uint32_t first = w.now;
    while (w.c.retries == 1) {
        CHECK_EQ(world_tick(&w), 0);
    }
    return w.now - first;
}

TEST(a_retry_comes_soon_after_a_round_trip_and_later_where_the_line_wants_silence) {
    uint32_t soon = retry_after(0, 0);

    CHECK(soon > 12 && soon < 40);
    CHECK(retry_after(150, 0) >= 150);
}

// Milliseconds from a chunk to its first retry, on a line with this rate of losses (struct
// tn_client) and answers after 12 ms.
static uint32_t first_retry_after(uint8_t loss) {
    struct world w;

    world_begin(&w, 5000, 1);
    while (w.c.acked < 2500) {
        CHECK_EQ(world_tick(&w), 0);
    }
    w.c.loss = loss;
    w.loss = 1000;
    uint32_t sent = w.now;
    while (w.c.retries == 0) {
        CHECK_EQ(world_tick(&w), 0);
    }
    return w.now - sent;
}

// 40 of 255: one loss in the last ten packets.
TEST(a_retry_comes_sooner_where_a_tenth_is_lost) {
    CHECK_EQ(first_retry_after(39), first_retry_after(0));
    CHECK(first_retry_after(40) + 8 <= first_retry_after(39));
    CHECK_EQ(first_retry_after(40), first_retry_after(60));
}

// A quarter of a KiB is said to take 250 ms, and the answer is there after 12: as over USB, where
// the speed of a line is only a number.
TEST(a_line_that_is_faster_than_was_said_is_not_waited_for) {
    CHECK(retry_after(0, 1000) < 40);
}

// A packet takes 200 ms on this line, and the last of a window waits for all before it.
TEST(packets_that_wait_for_a_slow_line_are_not_late) {
    struct world w;
    struct tn_upload u = upload_of(5000, 4);

    world_begin(&w, 5000, 4);
    w.c.kib_ms = 800;
    w.work_ms = 200;
    CHECK_EQ(tn_client_upload(&w.c, &u), 0);
    world_check_done(&w, world_run(&w, 60000), 5000);
    CHECK_EQ(w.c.retries, 0);
}

// Milliseconds until the next chunk, behind an answer that came when a retry was out already.
static uint32_t pause_behind_late_news(uint16_t quiet_ms) {
    struct world w;
    uint8_t pkt[PACKET];

    world_begin(&w, 5000, 1);
    w.c.quiet_ms = quiet_ms;
    while (w.have < 2500) {
        CHECK_EQ(world_tick(&w), 0);
    }
    while (tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) == 0) {
        CHECK_EQ(world_tick(&w), 0);
    }
    struct tn_smp_hdr late;
    tn_smp_hdr_get(&late, pkt, 8);
    uint32_t acked = w.c.acked;
    w.now += 1000;  // silence, and then the second try
    memset(w.down, 0, sizeof(w.down));
    CHECK(tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) > 0);
    CHECK_EQ(w.c.acked, acked);
    w.delay_ms = 0;
    w.have = w.c.high;
    world_reply_off(&w, &late, w.now, false);
    struct flying *f = world_arrived(&w, w.down);
    CHECK_EQ(tn_client_input(&w.c, f->bytes, (size_t)f->len, w.now), 0);
    CHECK(w.c.acked > acked);
    uint32_t wait = tn_client_wait(&w.c, w.now);
    CHECK_EQ(tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) > 0, wait == 0);
    return wait;
}

// Takes all that comes, late or not; and lets the server forget the half of a needless retry where
// it does that by silence.
TEST(an_answer_that_comes_behind_its_timeout_still_brings_the_upload_further) {
    CHECK_EQ(pause_behind_late_news(0), 0);
    CHECK_EQ(pause_behind_late_news(150), 150);
}

// A server tells an error once; the retry that was sent meanwhile would begin anew.
TEST(an_error_that_comes_behind_its_timeout_ends_the_upload) {
    struct world w;
    uint8_t pkt[PACKET];
    struct tn_smp_hdr late;

    world_begin(&w, 5000, 1);
    while (w.have < 2500) {
        CHECK_EQ(world_tick(&w), 0);
    }
    while (tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) == 0) {
        CHECK_EQ(world_tick(&w), 0);
    }
    tn_smp_hdr_get(&late, pkt, 8);
    w.now += 1000;
    memset(w.down, 0, sizeof(w.down));
    CHECK(tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) > 0);
    w.delay_ms = 0;
    world_reply_err(&w, &late, w.now);
    struct flying *f = world_arrived(&w, w.down);
    CHECK_EQ(tn_client_input(&w.c, f->bytes, (size_t)f->len, w.now), 1);
    CHECK_EQ(w.c.reply.rc, 12);
}

// The check of a whole image may take longer than any answer before it.
TEST(the_last_answer_of_a_sound_line_is_waited_for) {
    struct world w;

    world_begin(&w, 5000, 1);
    while (w.have < 4900) {
        CHECK_EQ(world_tick(&w), 0);
    }
    w.work_ms = 700;
    world_check_done(&w, world_run(&w, 60000), 5000);
    CHECK_EQ(w.c.retries, 0);
}

TEST(chunks_shrink_where_pieces_are_lost_and_grow_again) {
    struct world w;
    struct tn_upload u = upload_of(FILE_MAX, 1);
    uint32_t least = UINT32_MAX;

    world_begin(&w, FILE_MAX, 1);
    w.c.piece = 50;
    w.work_ms = 20;
    CHECK_EQ(tn_client_upload(&w.c, &u), 0);
    CHECK_EQ(w.c.packet_now, 160);
    for (int i = 0; i < 2000; i++) {
        CHECK_EQ(world_tick(&w), 0);
        least = w.c.packet_now < least ? w.c.packet_now : least;
        w.loss = i > 300 && i < 600 ? 700 : 0;
        if (i == 300) {
            CHECK_EQ(w.c.packet_now, 256);  // it began with little, and had all that fits
            least = UINT32_MAX;
        }
    }
    CHECK_EQ(least, 160);
    CHECK(w.c.packet_now > 200);
}

TEST(late_answers_without_news_are_dropped) {
    struct world w;
    uint8_t pkt[PACKET];

    world_begin(&w, 5000, 1);
    while (w.have < 1000) {
        world_tick(&w);
    }
    // A chunk goes out and nothing comes; then comes its answer, after the second try went.
    w.loss = 1000;
    while (tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) == 0) {
        world_tick(&w);
    }
    struct tn_smp_hdr h;
    tn_smp_hdr_get(&h, pkt, 8);
    h.seq = (uint8_t)(h.seq - 1);
    uint32_t acked = w.c.acked;
    w.loss = 0;
    w.delay_ms = 0;
    memset(w.down, 0, sizeof(w.down));
    w.have = 0;
    world_reply_off(&w, &h, w.now, false);
    struct flying *f = world_arrived(&w, w.down);
    CHECK_EQ(tn_client_input(&w.c, f->bytes, (size_t)f->len, w.now), 0);
    CHECK_EQ(w.c.acked, acked);
}

// Also where the first chunk is too long, and where nothing is known of pieces.
TEST(a_server_that_loses_long_packets_gets_shorter_ones_after_two_losses) {
    for (unsigned i = 0; i < 24; i++) {
        struct world w;
        struct tn_upload u = upload_of(FILE_MAX, (uint8_t)(1 + i % 4));
        world_begin(&w, FILE_MAX, 1);
        w.c.max_packet = 512;
        w.c.piece = i % 2 ? 90 : 0;
        w.longest = 182 + 20 * (int)(i / 2);
        CHECK_EQ(tn_client_upload(&w.c, &u), 0);
        world_check_done(&w, world_run(&w, 60000), FILE_MAX);
        CHECK(w.lost_long >= 2);
        // Each length is tried twice; with a window, what follows a lost packet is as long. A
        // longer one is tried again once in a while.
        CHECK(w.lost_long <= (4 + 4) * (1 + i % 4));
    }
}

// A long erase looks like a loss; the first answer shows that it was none.
TEST(a_long_erase_does_not_shorten_packets_for_good) {
    struct world w;
    struct tn_upload u = upload_of(FILE_MAX, 1);

    world_begin(&w, FILE_MAX, 1);
    w.erase_ms = 20000;
    w.c.max_packet = 512;
    CHECK_EQ(tn_client_upload(&w.c, &u), 0);
    world_check_done(&w, world_run(&w, 60000), FILE_MAX);
    CHECK_EQ(w.c.takes, 0);
    CHECK(w.chunks < FILE_MAX / 400 + 10);
}
