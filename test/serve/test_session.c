// SPDX-License-Identifier: Apache-2.0
// One update over all links: which link gets "busy", for how long, and which may take over.
#include "base/err.h"
#include "harness.h"
#include "serve/session.h"
#include "test.h"

static struct harness h;
static struct tn_serve_session session;
static struct test_image image;
static struct test_image second;

enum {
    BUSY = -1000 - TN_RC_BUSY,
    CHUNK = 256,
    A = 3,
    B = 4,
};

static void begin(enum tn_writable writable) {
    harness_begin(&h, writable);
    session = (struct tn_serve_session){.image = {&h.update, writable}};
    h.groups[1] = (struct tn_smp_group)TN_SERVE_SESSION(&session);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    test_image_make(&second, 3, 6000, TWIST_NONE);
    h.peer.now_ms = 0xfffff000;  // the clock wraps soon
}

static int chunk(int link, const struct test_image *img, uint32_t off, uint32_t *ret_off) {
    h.peer.link = (uint8_t)link;
    return harness_chunk(&h, img, off, CHUNK, 0, true, ret_off);
}

static int erase(int link) {
    uint8_t buf[8];
    struct tn_cbor_out body;

    h.peer.link = (uint8_t)link;
    tn_cbor_out_init(&body, buf, sizeof(buf));
    tn_cbor_put_map(&body, 0);
    return harness_ask(&h, TN_SMP_WRITE, TN_SMP_IMAGE, TN_IMG_ERASE, &body);
}

TEST(requests_that_would_end_another_links_upload_get_busy) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    CHECK_EQ(chunk(B, &second, 0, &off), BUSY);
    CHECK_EQ(chunk(B, &image, CHUNK, &off), BUSY);
    CHECK_EQ(erase(B), BUSY);
    h.peer.link = B;
    CHECK_EQ(harness_mark(&h, NULL, true), BUSY);
    CHECK_STR(harness_flags(&h, 0), "-");  // every link may list images
    CHECK_EQ(chunk(A, &image, CHUNK, &off), 0);
    CHECK_EQ(off, 2 * CHUNK);
}

TEST(clients_of_one_link_are_told_apart) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    h.peer.sender = 1;
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    h.peer.sender = 2;
    CHECK_EQ(chunk(A, &second, 0, &off), BUSY);
    h.peer.now_ms += TN_SESSION_SILENCE_MS;
    CHECK_EQ(chunk(A, &second, 0, &off), 0);
    h.peer.sender = 1;
    CHECK_EQ(chunk(A, &image, CHUNK, &off), BUSY);
    h.peer.sender = 0;
}

TEST(the_uploading_link_may_start_again) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    CHECK_EQ(chunk(A, &second, 0, &off), 0);
    CHECK_EQ(off, CHUNK);
    CHECK_EQ(erase(A), 0);
}

TEST(after_ten_seconds_of_silence_another_link_takes_over) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    h.peer.now_ms += 6000;
    CHECK_EQ(chunk(A, &image, CHUNK, &off), 0);
    h.peer.now_ms += TN_SESSION_SILENCE_MS - 1;
    CHECK_EQ(chunk(B, &second, 0, &off), BUSY);
    h.peer.now_ms += 1;
    CHECK_EQ(chunk(B, &second, 0, &off), 0);
    CHECK_EQ(chunk(A, &image, 2 * CHUNK, &off), BUSY);
    // The same file continues where the other link stopped.
    h.peer.now_ms += TN_SESSION_SILENCE_MS;
    CHECK_EQ(chunk(A, &second, 0, &off), 0);
    CHECK_EQ(off, CHUNK);
}

// A file by DFU or XMODEM: no chunk of the upload that it has ended gets into it.
TEST(a_file_that_ends_an_upload_gets_none_of_its_chunks) {
    static const struct tn_span no_sha;
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    CHECK_EQ(tn_update_begin(&h.update, TN_TO_SPARE, second.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&h.update, second.bytes, CHUNK), CHUNK);
    while (tn_update_waits(&h.update)) {
        tn_update_step(&h.update);
    }
    CHECK_EQ(chunk(A, &image, CHUNK, &off), BUSY);
    CHECK_EQ(tn_update_off(&h.update), CHUNK);
    CHECK_EQ(harness_mark(&h, NULL, true), 0);  // begins no job
    CHECK_EQ(chunk(A, &image, CHUNK, &off), BUSY);
    tn_update_mark(&h.update, TN_RUNNING, TN_SWAP_NONE);
    while (tn_update_is_busy(&h.update)) {
        tn_update_step(&h.update);
    }
    CHECK_EQ(chunk(A, &image, CHUNK, &off), 0);
    CHECK_EQ(off, 0);
    CHECK_EQ(chunk(A, &image, 0, &off), 0);
    CHECK_EQ(chunk(A, &image, CHUNK, &off), 0);
}

TEST(after_an_upload_ends_no_link_waits) {
    uint32_t off;

    begin(TN_SLOTS_SPARE);
    h.peer.link = A;
    CHECK_EQ(harness_upload(&h, &image, CHUNK, 0), 0);
    CHECK_EQ(chunk(B, &second, 0, &off), 0);
    CHECK_EQ(erase(A), BUSY);
}

// A's erase is in progress and its answer is due: B waits, although A sends nothing for long.
TEST(a_link_that_waits_for_its_answer_is_not_silent) {
    const uint8_t req[] = {0x0a, 0, 0, 1, 0, 1, 7, TN_IMG_ERASE, 0xa0};
    const uint8_t other[] = {0x0a, 0, 0, 1, 0, 1, 8, TN_IMG_ERASE, 0xa0};
    struct tn_smp_peer b = {.link = B};
    uint8_t rsp[128];
    struct tn_smp_server server;
    uint32_t steps = 0;

    begin(TN_SLOTS_SPARE);
    memset(h.device.mem + 12 * 1024, 0x55, 13 * 1024);
    server = h.server;
    server.rsp = rsp;
    server.rsp_size = sizeof(rsp);
    h.peer.link = A;
    CHECK_EQ(tn_smp_serve(&h.server, &h.peer, req, sizeof(req)), 0);
    while (tn_smp_server_busy(&h.server)) {
        h.peer.now_ms += 4000;
        b.now_ms = h.peer.now_ms;
        CHECK_EQ(tn_smp_serve(&server, &b, other, sizeof(other)), 8 + 6);
        CHECK_MEM(rsp + 8, "\xbf\x62rc\x0a\xff", 6);
        tn_smp_resume(&h.server);
        steps++;
    }
    CHECK(steps > 12);
}
