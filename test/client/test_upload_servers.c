// SPDX-License-Identifier: Apache-2.0
// Uploads over a sound line, to sound servers and to those that do what some real servers do.
#include "upload_world.h"

// ---- A sound line ----------------------------------------------------------------------

TEST(a_file_arrives_whatever_its_length_and_the_window) {
    static const size_t lens[] = {1, 31, 32, 33, 180, 200, 256, 1000, 1001, 1003, FILE_MAX};
    for (size_t i = 0; i < TN_LEN(lens); i++) {
        for (uint8_t window = 0; window < 20; window = (uint8_t)(window + 3)) {
            struct world w;
            world_begin(&w, lens[i], window);
            world_check_done(&w, world_run(&w, 60000), lens[i]);
            CHECK_EQ(w.c.retries, 0);
            CHECK_EQ(w.firsts, 1);
        }
    }
}

TEST(every_packet_size_from_the_smallest_works) {
    for (uint32_t size = 40; size < 200; size++) {
        struct world w;
        struct tn_upload u = upload_of(500, 3);
        world_begin(&w, 500, 3);
        w.c.max_packet = size;
        int err = tn_client_upload(&w.c, &u);
        CHECK_EQ(err, 0);
        int got = world_run(&w, 60000);
        if (got == TN_ENOSPC) {
            CHECK(size < 80);  // 32 bytes of data, and what goes around them
        } else {
            world_check_done(&w, got, 500);
        }
    }
}

TEST(chunks_are_multiples_of_4_and_the_first_goes_alone) {
    struct world w;
    uint8_t pkt[PACKET];
    struct chunk k = {0};

    world_begin(&w, 5000, 4);
    w.c.max_packet = 251;
    int len = tn_client_poll(&w.c, w.now, pkt, sizeof(pkt));
    CHECK_EQ(tn_client_poll(&w.c, w.now, pkt + 256, 256), 0);
    upload_read_chunk(&k, pkt, len);
    CHECK_EQ(k.found, 0x1f);
    CHECK_EQ(k.len, 5000);
    CHECK_EQ(k.data.len % 4, 0);
    CHECK(len > 251 - 4 - 3);  // as much as fits
    world_serve(&w, pkt, len);
    w.now += 50;
    struct flying *f = world_arrived(&w, w.down);
    CHECK_EQ(tn_client_input(&w.c, f->bytes, (size_t)f->len, w.now), 0);
    for (int i = 0; i < 4; i++) {
        CHECK(tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)) > 0);
    }
    CHECK_EQ(tn_client_poll(&w.c, w.now, pkt, sizeof(pkt)), 0);
}

TEST(a_window_makes_a_slow_answer_cheap) {
    uint32_t took[2];
    for (int i = 0; i < 2; i++) {
        struct world w;
        world_begin(&w, FILE_MAX, i ? 4 : 1);
        w.delay_ms = 20;
        world_check_done(&w, world_run(&w, 600000), FILE_MAX);
        took[i] = w.now - 1000;
    }
    CHECK(took[1] < took[0] / 3);
}

// ---- What servers do -------------------------------------------------------------------

TEST(a_server_that_has_the_beginning_is_taken_up_there) {
    struct world w;
    struct tn_upload u = upload_of(5000, 3);

    world_begin(&w, 5000, 3);
    while (w.have < 2500) {
        CHECK_EQ(world_tick(&w), 0);
    }
    uint32_t had = w.have;
    unsigned chunks = w.chunks;
    memset(w.up, 0, sizeof(w.up));
    memset(w.down, 0, sizeof(w.down));
    CHECK_EQ(tn_client_upload(&w.c, &u), 0);
    world_check_done(&w, world_run(&w, 60000), 5000);
    CHECK_EQ(w.c.resumed_at, had);
    CHECK(w.chunks - chunks <= (5000 - had) / 200 + 3);
}

TEST(a_server_that_has_it_all_ends_the_upload_at_once) {
    struct world w;

    world_begin(&w, 5000, 3);
    w.open = w.says_match = w.match = true;
    w.have = w.len = 5000;
    memset(w.sha, 0x5a, 32);
    memcpy(w.store, upload_file, 5000);
    world_check_done(&w, world_run(&w, 1000), 5000);
    CHECK_EQ(w.chunks, 1);
}

TEST(a_server_that_says_no_match_fails_the_upload) {
    struct world w;

    world_begin(&w, 5000, 3);
    w.says_match = true;
    CHECK_EQ(world_run(&w, 60000), TN_EHASH);
    world_begin(&w, 5000, 3);
    w.says_match = w.match = true;
    world_check_done(&w, world_run(&w, 60000), 5000);
}

TEST(a_server_that_was_reset_gets_the_first_chunk_again) {
    for (uint32_t at = 1; at < 5000; at += 400) {
        struct world w;
        world_begin(&w, 5000, 3);
        w.forget_at = at;
        world_check_done(&w, world_run(&w, 60000), 5000);
        CHECK_EQ(w.firsts, at <= 180 ? 1 + w.firsts / 2 : 2);
    }
}

TEST(a_server_that_always_forgets_is_given_up) {
    struct world w;
    int got = 0;

    world_begin(&w, 5000, 3);
    for (int i = 0; i < 1000000 && !got; i++) {
        w.forget_at = 2000;
        got = world_tick(&w);
    }
    CHECK_EQ(got, TN_ESTATE);
}

TEST(a_server_that_trims_chunks_gets_the_rest_again) {
    struct world w;

    world_begin(&w, 5001, 3);
    w.trim = 64;
    w.knows_sha = false;
    world_check_done(&w, world_run(&w, 60000), 5001);
}

// doc/reference/smp.md section 7: of 65 bytes it takes 64, and says "rc" on success too.
TEST(what_the_recovery_of_mcuboot_answers_is_read) {
    uint8_t pkt[PACKET];
    uint8_t rsp[32];
    uint8_t want[32];
    struct tn_client c = {.max_packet = 256};
    struct tn_upload u = upload_of(65, 1);

    upload_file[64] = 0xab;
    CHECK_EQ(tn_client_upload(&c, &u), 0);
    CHECK(tn_client_poll(&c, 1000, pkt, sizeof(pkt)) > 0);
    size_t n = tn_test_hex(rsp, sizeof(rsp), "0300000C00010001 BF62726300636F66661840FF");
    rsp[6] = pkt[6];
    CHECK_EQ(tn_client_input(&c, rsp, n, 1010), 0);
    CHECK_EQ(c.acked, 64);
    int len = tn_client_poll(&c, 1020, pkt, sizeof(pkt));
    n = tn_test_hex(want, sizeof(want), "0200000E00010001 A2636F666618406464617461 41AB");
    want[6] = pkt[6];
    CHECK_EQ(len, n);
    CHECK_MEM(pkt, want, n);
    rsp[6] = pkt[6];
    rsp[18] = 65;
    CHECK_EQ(tn_client_input(&c, rsp, 20, 1030), 1);
    CHECK_EQ(c.acked, 65);
}

TEST(a_busy_server_is_asked_again_later) {
    for (unsigned every = 2; every < 8; every++) {
        struct world w;
        world_begin(&w, 5000, 1);
        w.busy_every = every;
        world_check_done(&w, world_run(&w, 600000), 5000);
    }
    struct world w;
    world_begin(&w, 5000, 3);
    w.busy_every = 1;
    CHECK_EQ(world_run(&w, 600000), TN_EBUSY);
}

TEST(a_server_that_erases_for_a_long_time_is_waited_for) {
    struct world w;

    world_begin(&w, 5000, 3);
    w.erase_ms = 30000;
    world_check_done(&w, world_run(&w, 300000), 5000);
    CHECK(w.firsts < 7);
    world_begin(&w, 5000, 3);
    w.erase_ms = 12000;
    w.knows_sha = false;  // and begins anew with every copy of the first chunk
    world_check_done(&w, world_run(&w, 300000), 5000);
}

TEST(a_server_with_fewer_buffers_than_it_says_is_survived) {
    struct world w;

    world_begin(&w, FILE_MAX, 8);
    w.buffers = 2;
    w.work_ms = 10;
    world_check_done(&w, world_run(&w, 600000), FILE_MAX);
    // Here every answer is about a gap, and only fewer requests at once can help.
    world_begin(&w, FILE_MAX, 8);
    w.buffers = 2;
    w.work_ms = 10;
    w.drops_oldest = true;
    world_check_done(&w, world_run(&w, 600000), FILE_MAX);
}

TEST(an_error_ends_the_upload_with_the_servers_code) {
    struct world w;

    world_begin(&w, 5000, 3);
    w.fail_at = 0;
    CHECK_EQ(world_run(&w, 60000), 1);
    CHECK_EQ(w.c.reply.group, 1);
    CHECK_EQ(w.c.reply.rc, 12);
    CHECK_EQ(w.c.acked, 0);
}

// Whatever the window: the upload ends, soon, and says what the offsets did.
TEST(eight_offsets_that_cannot_be_right_end_an_upload_and_are_named) {
    static const struct {
        char odd;
        int err;
        enum tn_offsets what;
    } rows[] = {{'b', TN_ECORRUPT, TN_OFFSETS_BEYOND}, {'j', TN_ESTATE, TN_OFFSETS_JUMP},
            {'s', TN_EBUSY, TN_OFFSETS_STAND}};

    for (size_t i = 0; i < 3 * TN_LEN(rows); i++) {
        struct world w;
        world_begin(&w, 5000, (uint8_t)(1 + i % 3));
        w.odd = rows[i / 3].odd;
        unsigned chunks = w.chunks;
        CHECK_EQ(world_run(&w, 20000), rows[i / 3].err);
        CHECK_EQ(w.c.offsets, rows[i / 3].what);
        CHECK(w.chunks - chunks < 60);
    }
}

TEST(a_single_odd_offset_is_ignored) {
    struct world w;

    world_begin(&w, 5000, 1);
    w.odd = 'b';
    while (w.c.odd == 0) {
        CHECK_EQ(world_tick(&w), 0);
    }
    w.odd = 0;
    world_check_done(&w, world_run(&w, 20000), 5000);
}

TEST(any_byte_of_an_answer_may_be_anything) {
    for (unsigned i = 0; i < 16 * 256; i++) {
        struct world w;
        uint8_t pkt[PACKET];
        world_begin(&w, 5000, 1);
        int len = tn_client_poll(&w.c, w.now, pkt, sizeof(pkt));
        world_serve(&w, pkt, len);
        w.now += 10;
        struct flying *f = world_arrived(&w, w.down);
        CHECK(f && f->len < 20);
        f->bytes[8 + i / 256 % (unsigned)(f->len - 8)] = (uint8_t)i;
        int got = tn_client_input(&w.c, f->bytes, (size_t)f->len, w.now);
        CHECK(got == 0 || got == 1 || got == TN_ECORRUPT);
        CHECK(w.c.acked <= 5000);
    }
}
