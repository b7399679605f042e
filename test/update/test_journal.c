// SPDX-License-Identifier: Apache-2.0
// An upload that goes on after a reset: power is cut at every flash operation of it, in every way,
// and the second life must send little again, and end with the same bytes.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/crc.h"
#include "base/err.h"
#include "support/device.h"
#include "test.h"
#include "update/journal.h"

enum {
    CHUNK = 200,
    BUF = 1024,
    JOURNAL_SECTORS = 2,
};

static struct test_device device;
static struct test_image image;
static struct test_image other;
static struct tn_update update;
static struct tn_journal journal;
static struct tn_area area;
static uint8_t buf[BUF];
static uint32_t sector;

// Power on: nothing is known but what flash holds.
static void start(void) {
    update = (struct tn_update){
            .slots = &device.slots, .trust = &test_trust, .buf = buf, .size = sizeof(buf)};
    journal = (struct tn_journal){.off = 0};
    tn_journal_keep(&journal, &update, &area);
}

// A device whose journal lies behind its slots, and whose spare slot holds something else.
static void begin(const struct test_shape *shape) {
    uint32_t slots = shape->primary + shape->secondary;

    test_device_init(&device, shape);
    device.run.count = (uint16_t)(slots + JOURNAL_SECTORS);
    tn_nor_init(&device.nor, device.mem, &device.run, 1, shape->unit, shape->erased);
    sector = shape->sector;
    area = (struct tn_area){&device.nor.flash, slots * sector, JOURNAL_SECTORS * sector};
    memset(device.mem + shape->primary * sector, 0x55, shape->secondary * sector);
    start();
}

static void settle(void) {
    while (tn_update_waits(&update) && !device.nor.dead) {
        tn_update_step(&update);
    }
}

struct life {
    uint32_t first_off;  // what the first answer wanted
    uint32_t answered;   // the last answer
    uint32_t sent;       // bytes in chunks that were sent
    int error;
};

// Sends an image until it is there, fails, or the power goes.
static struct life upload(const struct test_image *img) {
    const struct tn_span sha = {img->sha, sizeof(img->sha)};
    struct life life = {.first_off = UINT32_MAX};
    uint32_t off = 0;

    int rc = tn_update_begin(&update, TN_TO_SPARE, img->len, &sha);
    CHECK(rc >= 0 || device.nor.dead);
    while (off < img->len && rc >= 0 && !device.nor.dead) {
        uint32_t n = tn_min(CHUNK, img->len - off);
        rc = tn_update_write(&update, img->bytes + off, n);
        life.sent = tn_max(life.sent, off + n);
        settle();
        if (device.nor.dead) {
            break;
        }
        life.error = tn_update_take_error(&update);
        if (life.error) {
            break;
        }
        off = tn_update_off(&update);
        life.answered = off;
        if (life.first_off == UINT32_MAX) {
            life.first_off = off;
        }
    }
    return life;
}

static void power_on(void) {
    device.nor.cut_at = 0;
    tn_nor_power_on(&device.nor);
    start();
}

// Cuts the upload at every operation. Returns how many there were.
static uint32_t cut_everywhere(const struct test_shape *shape, enum tn_nor_cut kind) {
    uint32_t cut = 0;
    struct life life;

    do {
        begin(shape);
        device.nor.cut_at = ++cut;
        device.nor.cut = kind;
        device.nor.seed = cut;
        life = upload(&image);
        bool was_cut = device.nor.dead;
        power_on();
        if (was_cut) {
            struct life next = upload(&image);
            CHECK_EQ(next.error, 0);
            // At most a sector, and the chunk that was not answered.
            uint32_t again = life.sent - tn_min(life.sent, next.first_off);
            CHECK(again <= sector + CHUNK);
        }
        CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
        CHECK_EQ(device.nor.violations, 0);
    } while (life.answered < image.len);
    return cut;
}

TEST(after_a_cut_anywhere_a_sector_and_a_chunk_are_sent_again_at_most) {
    static const struct test_shape shapes[] = {
            {1024, 12, 13, 4, 8, 0xff},
            {1024, 12, 13, 8, 8, 0x00},
            {2048, 12, 13, 512, 8, 0xff},
            {1024, 12, 13, 1, 8, 0xff},
    };

    test_image_make(&image, 2, 6000, TWIST_NONE);
    for (size_t i = 0; i < TN_LEN(shapes); i++) {
        for (int kind = TN_NOR_CUT_BEFORE; kind <= TN_NOR_CUT_AFTER; kind++) {
            CHECK(cut_everywhere(&shapes[i], (enum tn_nor_cut)kind) > 20);
        }
    }
}

// A second cut, at every operation of the second life.
TEST(the_second_life_can_be_cut_too) {
    struct life life;

    test_image_make(&image, 2, 4000, TWIST_NONE);
    for (uint32_t first = 10; first < 28; first++) {
        for (uint32_t second = 1; second < 40; second++) {
            begin(&small_shape);
            device.nor.cut_at = first;
            device.nor.cut = TN_NOR_CUT_TORN;
            device.nor.seed = first + second;
            upload(&image);
            CHECK(device.nor.dead);
            power_on();
            device.nor.cut_at = second;
            upload(&image);
            power_on();
            life = upload(&image);
            CHECK_EQ(life.error, 0);
            CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
        }
    }
}

// Sends a part of an image, then the power goes.
static void interrupted(const struct test_image *img, uint32_t ops) {
    device.nor.cut_at = device.nor.ops + ops;
    device.nor.cut = TN_NOR_CUT_BEFORE;
    upload(img);
    CHECK(device.nor.dead);
    power_on();
}

TEST(another_file_begins_at_its_beginning) {
    begin(&small_shape);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    test_image_make(&other, 3, 6000, TWIST_NONE);
    interrupted(&image, 30);
    struct life life = upload(&other);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &other));
}

TEST(what_was_erased_or_replaced_meanwhile_is_sent_again) {
    begin(&small_shape);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    interrupted(&image, 30);
    CHECK_EQ(tn_update_erase(&update, TN_SECONDARY), 0);
    settle();
    struct life life = upload(&image);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK_EQ(life.error, 0);

    begin(&small_shape);
    test_image_make(&other, 3, 6000, TWIST_NONE);
    interrupted(&image, 30);
    test_device_place(&device, TN_CANDIDATE, &other);
    life = upload(&image);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK_EQ(life.error, 0);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

// The slot's first bytes are the file's, its others are not: the hash refuses them, and the next
// upload begins at the beginning.
TEST(a_slot_that_only_begins_like_the_file_costs_one_more_upload) {
    begin(&small_shape);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    interrupted(&image, 34);
    device.mem[12 * 1024 + 1024 + 700] ^= 0x10;
    struct life life = upload(&image);
    CHECK(life.first_off > 1000);
    CHECK_EQ(life.error, TN_EHASH);
    life = upload(&image);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK_EQ(life.error, 0);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

TEST(an_upload_that_has_ended_does_not_go_on) {
    begin(&small_shape);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    upload(&image);
    power_on();
    memset(device.mem + 12 * 1024 + 3 * 1024, 0x55, 1024);  // somebody spoilt it
    struct life life = upload(&image);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK_EQ(life.error, 0);
}

// The journal's flash fails at every operation on it: the upload does not notice.
TEST(a_journal_that_cannot_be_written_stops_no_upload) {
    test_image_make(&image, 2, 6000, TWIST_NONE);
    begin(&small_shape);
    area.size = 0;  // every access is out of range
    start();
    struct life life = upload(&image);
    CHECK_EQ(life.error, 0);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

// A record with the last number there is: behind it none can be written, not even that the upload
// went wrong.
TEST(a_record_behind_which_none_can_be_written_is_not_believed) {
    begin(&small_shape);
    test_image_make(&image, 2, 6000, TWIST_NONE);
    interrupted(&image, 34);
    uint8_t *record = device.mem + area.off + journal.ring.place;
    tn_put_le32(record + 4, UINT32_MAX);
    tn_put_le32(record + TN_RING_RECORD - 4, tn_crc32(0, record, TN_RING_RECORD - 4));
    device.mem[12 * 1024 + 1024 + 700] ^= 0x10;
    start();
    CHECK_EQ(journal.ring.seq, UINT32_MAX);
    struct life life = upload(&image);
    CHECK_EQ(life.first_off, CHUNK);
    CHECK_EQ(life.error, 0);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

// The ring is so full that it comes round to its only sector during the upload, which is erased
// then. At worst all is sent again.
TEST(a_journal_of_one_sector_loses_no_upload) {
    uint8_t record[TN_RING_RECORD] = {0};
    uint32_t cut = 0;
    struct life life;

    test_image_make(&image, 2, 6000, TWIST_NONE);
    do {
        begin(&small_shape);
        area.size = sector;
        start();
        for (uint32_t i = 3; i < tn_ring_room(&journal.ring); i++) {
            CHECK_EQ(tn_ring_add(&journal.ring, record), 0);
        }
        start();
        device.nor.cut_at = device.nor.ops + ++cut;
        device.nor.cut = TN_NOR_CUT_TORN;
        device.nor.seed = cut;
        life = upload(&image);
        bool was_cut = device.nor.dead;
        power_on();
        if (was_cut) {
            CHECK_EQ(upload(&image).error, 0);
        }
        CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
        CHECK_EQ(device.nor.violations, 0);
    } while (life.answered < image.len);
    CHECK(journal.ring.seq > tn_ring_room(&journal.ring));  // it did come round
}

TEST(without_an_area_nothing_is_noted) {
    test_image_make(&image, 2, 6000, TWIST_NONE);
    begin(&small_shape);
    tn_journal_keep(&journal, &update, NULL);
    uint8_t erased = device.mem[25 * 1024];
    upload(&image);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(device.mem[25 * 1024], erased);
}

TEST(no_step_takes_more_than_two_operations) {
    test_image_make(&image, 2, 6000, TWIST_NONE);
    begin(&small_shape);
    const struct tn_span sha = {image.sha, sizeof(image.sha)};
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &sha), 0);
    while (tn_update_off(&update) < image.len) {
        uint32_t off = tn_update_off(&update);
        CHECK(tn_update_write(&update, image.bytes + off, tn_min(CHUNK, image.len - off)) > 0);
        while (tn_update_waits(&update)) {
            uint32_t ops = device.nor.ops;
            uint32_t erases = device.nor.erases;
            tn_update_step(&update);
            CHECK(device.nor.ops - ops <= 2);  // a record, and its sector's erase before it
            CHECK(device.nor.erases - erases <= 1);
        }
    }
}
