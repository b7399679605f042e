// SPDX-License-Identifier: Apache-2.0
// What recovery makes of a file on a card: which images it installs, and what it says of others.
// The device in memory has an image that runs.
#include "base/err.h"
#include "service/card.h"
#include "support/device.h"
#include "support/fat.h"
#include "test.h"

enum {
    BLOCKS = TEST_FAT_DATA + 128,
    STEPS_MAX = 200000,
};

static struct test_device d;
static struct test_image old, file;
static struct tn_update update;
static struct tn_board board;
static struct tn_service service;
static struct tn_channel first;
static uint8_t chunk[1024 + 16];
static uint8_t medium[BLOCKS * TEST_FAT_BLOCK];
static int no_card;          // what the medium's open returns
static uint32_t unreadable;  // blocks from here on; 0: none
static const char *told;
static const char *medium_name;  // of one that takes its time to appear; NULL: a card
static int rounds;
static unsigned ntold;

static int open_medium(void *ctx) {
    (void)ctx;
    return no_card;
}

static int read_medium(void *ctx, uint32_t block, void *buf, uint32_t count) {
    (void)ctx;
    if (block >= BLOCKS || count > BLOCKS - block || (unreadable && block + count > unreadable)) {
        return TN_EIO;
    }
    memcpy(buf, medium + (size_t)block * TEST_FAT_BLOCK, (size_t)count * TEST_FAT_BLOCK);
    return 0;
}

static void tell(const char *text) {
    told = text;
    ntold++;
}

// A device whose image of version 5 runs, with an empty card.
static void begin(void) {
    if (!old.len) {
        test_image_make(&old, 5, 900, TWIST_NONE);
    }
    test_device_init(&d, &small_shape);
    test_device_place(&d, TN_RUNNING, &old);
    test_fat_make(medium, BLOCKS, NULL, 0);
    no_card = 0;
    unreadable = 0;
    ntold = 0;
    medium_name = NULL;
    rounds = 0;
}

static void put(uint8_t version, uint32_t len, enum test_twist twist) {
    test_image_make(&file, version, len, twist);
    test_fat_make(medium, BLOCKS, file.bytes, file.len);
}

// A medium that appears in the fourth round.
static int appear(void) {
    return ++rounds < 4 ? TN_MORE : 0;
}

// Recovery opens. Returns what it says.
static const char *recover(void) {
    static const struct tn_disk disk = {open_medium, read_medium, NULL};
    static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
    static struct tn_service_card_cfg cfg = {
            .disk = &disk, .names = names, .mark = TN_SWAP_TEST, .tell = tell};

    cfg.wait = medium_name ? appear : NULL;
    cfg.medium = medium_name;

    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    first = (struct tn_channel){0};
    board = (struct tn_board){.slots = &d.slots};
    service = (struct tn_service){.board = &board, .update = &update, .links = &first};
    told = "";
    tn_service_card(&service, &cfg);
    CHECK_EQ(tn_service_card_state(), TN_CARD_BUSY);
    CHECK(!tn_service_card_result());
    for (unsigned i = 0;
            service.links->next->step(service.links->next) != TN_CHANNEL_IDLE || !ntold; i++) {
        CHECK(i < STEPS_MAX);
        tn_update_step(&update);
    }
    CHECK(told == tn_service_card_result());
    CHECK_EQ(d.nor.violations, 0);
    return told;
}

// The image that starts after recovery, and the device is told to reset only for a new one.
static void boots(const struct test_image *image) {
    CHECK_EQ(service.reset_is_due, tn_service_card_state() == TN_CARD_INSTALLED);
    CHECK_EQ(test_device_boot(&d, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&d, TN_RUNNING, image));
}

TEST(a_newer_image_is_installed_for_a_test) {
    begin();
    put(6, 5000, TWIST_NONE);
    CHECK_STR(recover(), "card: firmware.bin: installed; it starts now");
    CHECK_EQ(tn_service_card_state(), TN_CARD_INSTALLED);
    CHECK_EQ(tn_boot_pending(&d.slots), TN_SWAP_TEST);
    boots(&file);
    CHECK_EQ(ntold, 1);
}

TEST(an_image_of_the_same_version_is_installed) {
    begin();
    put(5, 5000, TWIST_NONE);
    CHECK_STR(recover(), "card: firmware.bin: installed; it starts now");
}

TEST(no_card_and_no_file_are_no_error) {
    begin();
    no_card = TN_ENOENT;
    CHECK_STR(recover(), "card: no card, or no file of these names on it");
    CHECK_EQ(tn_service_card_state(), TN_CARD_ABSENT);
    boots(&old);
}

TEST(a_medium_that_appears_later_is_waited_for_and_has_its_name) {
    begin();
    medium_name = "stick";
    put(6, 5000, TWIST_NONE);
    CHECK_STR(recover(), "stick: firmware.bin: installed; it starts now");
    CHECK_EQ(rounds, 4);
    begin();
    medium_name = "stick";
    no_card = TN_ENOENT;
    CHECK_STR(recover(), "stick: no stick, or no file of these names on it");
    begin();
    medium_name = "stick";
    no_card = TN_EIO;
    CHECK_STR(recover(), "stick: the stick cannot be read");
    boots(&old);
}

TEST(what_cannot_be_installed_leaves_the_device_as_it_was) {
    static const struct {
        uint8_t version;
        enum test_twist twist;
        const char *text;
    } files[] = {
            {6, TWIST_UNSIGNED, "card: firmware.bin: the image is not signed"},
            {6, TWIST_FOREIGN_KEY,
                    "card: firmware.bin: signed with a key that this device does not know"},
            {6, TWIST_BAD_SIGNATURE, "card: firmware.bin: the image's signature is wrong"},
            {6, TWIST_BAD_HASH, "card: firmware.bin: the image is damaged: its hash differs"},
            {4, TWIST_NONE, "card: firmware.bin: the image is older than the running one"},
    };

    for (size_t i = 0; i < TN_LEN(files); i++) {
        begin();
        put(files[i].version, 5000, files[i].twist);
        CHECK_STR(recover(), files[i].text);
        CHECK_EQ(tn_service_card_state(), TN_CARD_REFUSED);
        boots(&old);
    }
}

TEST(an_old_image_is_installed_where_nothing_genuine_runs) {
    begin();
    put(4, 5000, TWIST_NONE);
    d.mem[300] ^= 1;
    CHECK_STR(recover(), "card: firmware.bin: installed; it starts now");
    boots(&file);
}

TEST(the_running_image_is_not_installed_again) {
    begin();
    put(5, 900, TWIST_NONE);
    CHECK(memcmp(file.bytes, old.bytes, old.len) == 0);
    uint32_t erases = d.nor.erases;
    CHECK_STR(recover(), "card: firmware.bin: the device has this image already");
    CHECK_EQ(d.nor.erases, erases);
    boots(&old);
}

// Without a log, an image in the spare slot counts as tried.
TEST(an_image_that_was_taken_back_is_not_tried_again) {
    begin();
    put(6, 5000, TWIST_NONE);
    recover();
    boots(&file);  // on test
    CHECK_EQ(test_device_boot(&d, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&d, TN_RUNNING, &old));
    CHECK_STR(recover(), "card: firmware.bin: the device has this image already");
    boots(&old);
}

TEST(a_card_that_cannot_be_read_any_further_ends_the_upload) {
    for (uint32_t block = 1; block < TEST_FAT_DATA + 10; block++) {
        begin();
        put(6, 5000, TWIST_NONE);
        unreadable = block;
        const char *text = recover();
        CHECK(strstr(text, "the card cannot be read") ||
                strstr(text, "no FAT file system, or a damaged one"));
        CHECK_EQ(tn_service_card_state(), TN_CARD_REFUSED);
        boots(&old);
    }
}

TEST(a_file_that_ends_early_is_refused) {
    begin();
    test_image_make(&file, 6, 5000, TWIST_NONE);
    for (uint32_t len = 1; len < file.len; len += 211) {
        begin();
        test_fat_make(medium, BLOCKS, file.bytes, len);
        recover();
        CHECK_EQ(tn_service_card_state(), TN_CARD_REFUSED);
        boots(&old);
    }
}
