// SPDX-License-Identifier: Apache-2.0
// The writer by itself: what it erases and when, what an answer has to wait for, and jobs that
// end each other.
#include "base/bytes.h"
#include "base/err.h"
#include "support/device.h"
#include "test.h"
#include "update/update.h"

enum {
    CHUNK = 200,
    BUF = 512,
    SPARE = 12 * 1024,  // where the spare slot begins
};

static struct test_device device;
static struct test_image image;
static const struct tn_span image_sha = {image.sha, sizeof(image.sha)};
static const struct tn_span no_sha;
static struct tn_update update;
static uint8_t buf[BUF];
static uint32_t most_erases;  // between two answers
static uint32_t erases_before_first_answer;

static void begin(bool stalls, uint8_t spare_content) {
    test_device_init(&device, &small_shape);
    test_image_make(&image, 2, 5000, TWIST_NONE);
    memset(device.mem + SPARE, spare_content, 13 * 1024);
    device.nor.flash.stalls_cpu = stalls;
    update = (struct tn_update){
            .slots = &device.slots, .trust = &test_trust, .buf = buf, .size = sizeof(buf)};
    most_erases = 0;
}

static void settle(void) {
    uint32_t before = device.nor.erases;

    while (tn_update_waits(&update)) {
        uint32_t ops = device.nor.ops;
        tn_update_step(&update);
        CHECK(device.nor.ops - ops <=
                (update.job.mark ? 3u : 1u));  // a mark is three words at most
    }
    most_erases = tn_max(most_erases, device.nor.erases - before);
}

// Brings the image in chunks; between them the program has no time for anything else.
static void upload(void) {
    bool first = true;

    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 0);
    while (tn_update_off(&update) < image.len) {
        uint32_t off = tn_update_off(&update);
        int n = tn_update_write(&update, image.bytes + off, tn_min(CHUNK, image.len - off));
        CHECK(n > 0);
        settle();
        if (first) {
            erases_before_first_answer = device.nor.erases;
            most_erases = 0;
        }
        first = false;
    }
    CHECK_EQ(tn_update_take_error(&update), 0);
    CHECK(tn_update_matches(&update));
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(device.nor.violations, 0);
}

TEST(erases_come_one_at_a_time_as_the_image_arrives) {
    begin(true, 0x55);
    upload();
    // The first answer waits for the trailer, the sector in front, and the image's first one.
    CHECK(erases_before_first_answer <= 3);
    CHECK_EQ(most_erases, 1);
    // Trailer, front, and the sectors that the image takes: no more.
    CHECK_EQ(device.nor.erases, 2 + (image.len + 1023) / 1024);
    CHECK_EQ(device.mem[SPARE + 1024 + 6 * 1024], 0x55);
}

TEST(what_reads_as_erased_is_not_erased_again) {
    begin(true, 0xff);
    upload();
    CHECK_EQ(device.nor.erases, 0);
}

TEST(a_core_that_stands_still_is_never_caught_by_the_next_chunk) {
    begin(true, 0x55);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 0);
    while (tn_update_off(&update) < image.len) {
        uint32_t off = tn_update_off(&update);
        CHECK(tn_update_write(&update, image.bytes + off, tn_min(CHUNK, image.len - off)) > 0);
        settle();
        // After the answer nothing is left that would erase, whatever the program steps.
        uint32_t erases = device.nor.erases;
        while (tn_update_step(&update) == TN_MORE) {
        }
        CHECK_EQ(device.nor.erases, erases);
    }
}

TEST(a_core_that_goes_on_answers_before_it_erases_ahead) {
    begin(false, 0x55);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, CHUNK), CHUNK);
    settle();
    uint32_t off = tn_update_off(&update);
    for (int i = 0; i < 4; i++) {
        CHECK(tn_update_write(&update, image.bytes + off, CHUNK) > 0);
        settle();
        off = tn_update_off(&update);
    }
    uint32_t erases = device.nor.erases;
    while (tn_update_step(&update) == TN_MORE) {  // idle time: the next sector
    }
    CHECK_EQ(device.nor.erases, erases + 1);
}

TEST(a_chunk_larger_than_the_buffer_is_taken_in_part) {
    begin(true, 0xff);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, 2000), BUF);
    settle();
    CHECK_EQ(tn_update_off(&update), BUF);
}

// The sender may leave after its answer, so all whole units are in flash before it.
TEST(a_chunk_of_one_write_unit_is_in_flash_before_its_answer) {
    begin(false, 0xff);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, CHUNK), CHUNK);
    settle();
    uint32_t unit = device.nor.flash.prog_unit;
    CHECK_EQ(CHUNK % unit, 0);
    CHECK_EQ(tn_update_write(&update, image.bytes + CHUNK, unit), unit);
    CHECK(tn_update_waits(&update));
    settle();
    CHECK_MEM(device.mem + SPARE + 1024, image.bytes, CHUNK + unit);
}

TEST(odd_chunks_are_written_in_whole_units_and_the_last_is_filled_up) {
    begin(true, 0xff);
    test_image_make(&image, 2, 101, TWIST_NONE);
    CHECK(image.len % 4 != 0);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, 33), 33);
    settle();
    CHECK_EQ(device.mem[SPARE + 1024 + 32], 0xff);  // waits for the rest of its unit
    while (tn_update_off(&update) < image.len) {
        uint32_t off = tn_update_off(&update);
        CHECK(tn_update_write(&update, image.bytes + off, tn_min(7, image.len - off)) > 0);
        settle();
    }
    CHECK(tn_update_matches(&update));
    CHECK_EQ(device.nor.violations, 0);
}

TEST(bytes_without_an_upload_or_beyond_its_end_are_refused) {
    begin(true, 0xff);
    CHECK_EQ(tn_update_write(&update, image.bytes, 10), TN_ESTATE);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, 40, &no_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, 41), TN_EOVERRUN);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, 31, &no_sha), TN_EHEADER);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, 11 * 1024 + 1, &no_sha), TN_ESIZE);
}

TEST(a_new_job_ends_the_upload_and_the_upload_starts_again) {
    begin(true, 0x55);
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 0);
    CHECK_EQ(tn_update_write(&update, image.bytes, CHUNK), CHUNK);
    settle();
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &image_sha), 1);
    CHECK_EQ(tn_update_erase(&update, TN_SECONDARY), 0);
    settle();
    CHECK_EQ(tn_update_off(&update), 0);
    CHECK(tn_area_is_erased(&device.slots.area[TN_SECONDARY], 0, 13 * 1024));
    upload();
}

TEST(a_mark_verifies_first_and_tells_why_not_once) {
    begin(true, 0xff);
    test_image_make(&image, 2, 500, TWIST_UNSIGNED);
    test_device_place(&device, TN_CANDIDATE, &image);
    tn_update_mark(&update, TN_CANDIDATE, TN_SWAP_TEST);
    settle();
    CHECK_EQ(tn_update_take_error(&update), TN_ENOSIG);
    CHECK_EQ(tn_update_take_error(&update), 0);
    CHECK_EQ(device.nor.ops, 0);
    // A trust without algorithms leaves the signature to the loader, but not the hash.
    const struct tn_trust hash_only = {.hash = &tn_sha256_bearssl};
    update.trust = &hash_only;
    tn_update_mark(&update, TN_CANDIDATE, TN_SWAP_TEST);
    settle();
    CHECK_EQ(tn_update_take_error(&update), 0);
    CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_TEST);
}
