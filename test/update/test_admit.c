// SPDX-License-Identifier: Apache-2.0
// What a header or the device's rules rule out is refused at the first chunk, and nothing is
// erased.
#include "update/admit.h"

#include <string.h>

#include "base/err.h"
#include "support/device.h"
#include "test.h"

enum {
    CHUNK = 256,
    LEN = 3000,
    LOG = 25 * 1024,  // behind the slots
    AFTER_ALL = 100,  // of an error: it came after the last chunk
};

static struct test_device device;
static struct tn_update update;
static struct tn_admit rules;
static struct tn_area log_area;
static uint8_t buf[CHUNK + 32];
static struct test_image old;
static struct test_image image;
static const struct tn_span no_sha;

// Version 5 in the primary slot, and nothing else.
static void begin(uint8_t which, bool is_application) {
    test_device_init(&device, &small_shape);
    device.run.count += 2;
    tn_nor_init(&device.nor, device.mem, &device.run, 1, 4, 0xff);
    log_area = (struct tn_area){&device.nor.flash, LOG, 2048};
    device.slots.addr[0] = device.slots.addr[1] = 0x8000;
    rules = (struct tn_admit){.rules = which, .log = &log_area, .is_application = is_application};
    update = (struct tn_update){
            .slots = &device.slots, .trust = &test_trust, .buf = buf, .size = sizeof(buf)};
    tn_admit_by(&update, &rules);
    test_image_make(&old, 5, LEN, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &old);
}

static int finish(void) {
    while (tn_update_step(&update) == TN_MORE) {
    }
    return tn_update_take_error(&update);
}

// 0, or the error; AFTER_ALL less if it came behind the last chunk. Before that nothing is erased.
static int upload(enum tn_target target) {
    int err = tn_update_begin(&update, target, image.len, &no_sha);

    while (!err && tn_update_off(&update) < image.len) {
        uint32_t off = tn_update_off(&update);
        uint32_t n = image.len - off < CHUNK ? image.len - off : CHUNK;
        int took = tn_update_write(&update, image.bytes + off, n);
        CHECK(took > 0);
        err = finish();
        if (err && off + n == image.len) {
            return err - AFTER_ALL;
        }
        if (err) {
            CHECK_EQ(off, 0);
        }
    }
    return err;
}

static void check_refused(enum tn_target target, int want) {
    static uint8_t before[sizeof(device.mem)];

    memcpy(before, device.mem, sizeof(before));
    CHECK_EQ(upload(target), want);
    CHECK_MEM(device.mem, before, sizeof(before));
    CHECK_EQ(tn_update_off(&update), 0);
}

TEST(flags_that_nobody_here_serves_are_refused_at_the_first_chunk) {
    static const uint32_t flags[] = {TN_IMAGE_ENCRYPTED_AES128, TN_IMAGE_ENCRYPTED_AES256,
            TN_IMAGE_RAM_LOAD, TN_IMAGE_COMPRESSED_LZMA1, TN_IMAGE_COMPRESSED_LZMA2,
            TN_IMAGE_COMPRESSED_ARM_THUMB};

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        for (int target = TN_TO_FREE; target <= TN_TO_SPARE; target++) {
            begin(0, false);
            test_image_make_for(&image, 6, LEN, flags[i], 0);
            check_refused((enum tn_target)target, TN_EFLAGS);
        }
    }
}

TEST(an_image_for_another_address_is_refused_at_the_first_chunk) {
    for (int target = TN_TO_FREE; target <= TN_TO_SPARE; target++) {
        begin(0, false);
        test_image_make_for(&image, 6, LEN, TN_IMAGE_ROM_FIXED, 0x9000);
        check_refused((enum tn_target)target, TN_EADDR);
        test_image_make_for(&image, 6, LEN, TN_IMAGE_ROM_FIXED, 0x8000);
        CHECK_EQ(upload((enum tn_target)target), 0);
    }
}

TEST(a_header_that_says_more_than_the_file_has_is_refused_at_the_first_chunk) {
    begin(0, false);
    test_image_make(&image, 6, LEN, TWIST_NONE);
    image.len = tn_image_hashed_len(&image.hdr) + 3;  // not even the TLVs' first bytes
    check_refused(TN_TO_SPARE, TN_EHEADER);
    image.bytes[0] ^= 1;
    check_refused(TN_TO_SPARE, TN_EMAGIC);
}

TEST(an_older_version_is_refused_where_a_genuine_image_is_newer) {
    for (int target = TN_TO_FREE; target <= TN_TO_SPARE; target++) {
        begin(TN_RULE_NO_DOWNGRADE, false);
        test_image_make(&image, 4, LEN, TWIST_NONE);
        check_refused((enum tn_target)target, TN_EDOWNGRADE);
        test_image_make(&image, 6, LEN, TWIST_NONE);
        CHECK_EQ(upload((enum tn_target)target), 0);
        begin(0, false);  // without the rule
        test_image_make(&image, 4, LEN, TWIST_NONE);
        CHECK_EQ(upload((enum tn_target)target), 0);
    }
}

TEST(a_bad_or_empty_primary_slot_takes_any_version) {
    for (int target = TN_TO_FREE; target <= TN_TO_SPARE; target++) {
        begin(TN_RULE_NO_DOWNGRADE, false);
        test_image_make(&image, 4, LEN, TWIST_NONE);
        device.mem[100] ^= 1;
        CHECK_EQ(upload((enum tn_target)target), 0);
        begin(TN_RULE_NO_DOWNGRADE, false);
        memset(device.mem, 0xff, old.len);
        CHECK_EQ(upload((enum tn_target)target), 0);
    }
}

// It runs, so the loader has found it genuine: the application may know no key at all.
TEST(an_application_compares_with_itself_and_verifies_nothing) {
    static const struct tn_trust hash_only = {.hash = &tn_sha256_bearssl};

    begin(TN_RULE_NO_DOWNGRADE, true);
    update.trust = &hash_only;
    test_image_make(&image, 4, LEN, TWIST_NONE);
    check_refused(TN_TO_SPARE, TN_EDOWNGRADE);
}

static void set_counter(uint32_t counter) {
    struct tn_record r = {.code = TN_STEP_COUNTER, .counter = counter};
    struct tn_log log;

    tn_log_open(&log, &log_area, 0);
    CHECK_EQ(tn_log_add(&log, &r), 0);
}

TEST(a_security_counter_below_the_devices_is_refused_whatever_is_there) {
    for (int target = TN_TO_FREE; target <= TN_TO_SPARE; target++) {
        begin(TN_RULE_NO_ROLLBACK, false);
        memset(device.mem, 0xff, old.len);
        set_counter(7);
        test_image_make_counted(&image, 9, LEN, 6);
        CHECK_EQ(upload((enum tn_target)target), TN_EROLLBACK - AFTER_ALL);
        test_image_make_counted(&image, 9, LEN, 7);
        CHECK_EQ(upload((enum tn_target)target), 0);
        test_image_make(&image, 9, LEN, TWIST_NONE);  // without one it counts as 0
        CHECK_EQ(upload((enum tn_target)target), TN_EROLLBACK - AFTER_ALL);
    }
}

static int fails(const struct tn_counter *c, uint32_t *ret) {
    (void)c, (void)ret;
    return TN_EIO;
}

TEST(a_counter_that_cannot_be_read_allows_nothing) {
    static const struct tn_counter counter = {.read = fails};

    begin(TN_RULE_NO_ROLLBACK, false);
    rules.counter = &counter;
    test_image_make_counted(&image, 9, LEN, 7);
    CHECK_EQ(upload(TN_TO_SPARE), TN_EROLLBACK - AFTER_ALL);
}
