// SPDX-License-Identifier: Apache-2.0
// UF2 files that a host copies to the drive of a device in memory, by the real image writer: blocks
// in any order, what is refused and when, what a refusal leaves alone, and power lost at every
// flash operation.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "serve/uf2.h"
#include "support/device.h"
#include "test.h"
#include "update/admit.h"

enum {
    PIECE = 256,
    BASE = 0x08004000,
    FIRST = TN_DRIVE_DATA + 40,  // the drive's block where the file begins
};
#define FAMILY 0xada52840u

static struct test_device device;
static struct test_image old, image, other;
static struct tn_update update;
static struct tn_admit admit;
static struct tn_serve_uf2 drive;
static uint8_t seen[16];
static uint8_t chunk[300];
static unsigned left;
static uint32_t now;

static void leave(void *ctx) {
    (void)ctx;
    left++;
}

// The loader's recovery after a reset.
static void restart(void) {
    tn_nor_power_on(&device.nor);
    update = (struct tn_update){
            .slots = &device.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    drive = (struct tn_serve_uf2){
            .scatter = {.update = &update, .seen = seen, .seen_size = sizeof(seen)},
            .family = FAMILY,
            .board = "test",
            .version = "1.2.3",
            .mark = TN_SWAP_TEST,
            .leave = leave};
    left = 0;
}

static void begin(const struct test_image *running) {
    test_device_init(&device, &small_shape);
    device.slots.addr[TN_PRIMARY] = device.slots.addr[TN_SECONDARY] = BASE;
    if (running) {
        test_device_place(&device, TN_RUNNING, running);
    }
    restart();
}

// ---- A host ----------------------------------------------------------------------------------

static uint32_t count_of(const struct test_image *img) {
    return (img->len + PIECE - 1) / PIECE;
}

static void make_block(uint8_t *p, const struct test_image *img, uint32_t number) {
    memset(p, 0, TN_UF2_BLOCK);
    tn_put_le32(p, 0x0a324655);
    tn_put_le32(p + 4, 0x9e5d5157);
    tn_put_le32(p + 8, TN_UF2_FAMILY);
    tn_put_le32(p + 12, BASE + number * PIECE);
    tn_put_le32(p + 16, PIECE);
    tn_put_le32(p + 20, number);
    tn_put_le32(p + 24, count_of(img));
    tn_put_le32(p + 28, FAMILY);
    memset(p + 32, 0xff, PIECE);
    memcpy(p + 32, img->bytes + number * PIECE, tn_min(PIECE, img->len - number * PIECE));
    tn_put_le32(p + 508, 0x0ab16f30);
}

// Writes a block of the drive. 1, or the error. Each call does one erase at most.
static int put(uint32_t block, const uint8_t *p) {
    int rc = 0;

    for (unsigned i = 0; !rc && i < 100000; i++) {
        uint32_t erases = device.nor.erases;
        rc = tn_serve_uf2_write(&drive, block, p);
        CHECK(device.nor.erases - erases <= 1);
    }
    CHECK(rc);
    return rc;
}

static int put_number(const struct test_image *img, uint32_t number) {
    uint8_t p[TN_UF2_BLOCK];

    make_block(p, img, number);
    return put(FIRST + number, p);
}

// Copies a file, its blocks in this order: block i is number (first + i * step) % count.
static int copy(const struct test_image *img, uint32_t first, uint32_t step) {
    uint32_t n = count_of(img);
    int rc = 1;

    for (uint32_t i = 0; i < n && rc == 1; i++) {
        rc = put_number(img, (first + i * step) % n);
    }
    return rc;
}

static int copy_file(const struct test_image *img) {
    return copy(img, 0, 1);
}

// Time goes by.
static void pass(uint32_t ms) {
    for (uint32_t end = now + ms; now != end; now++) {
        tn_serve_uf2_step(&drive, now);
    }
}

// The text of a file in the root, or "".
static const char *show(const char *name) {
    static char text[TN_DRIVE_BLOCK + 1];
    uint8_t root[TN_DRIVE_BLOCK];

    text[0] = 0;
    CHECK(tn_serve_uf2_read(&drive, 1 + TN_DRIVE_FAT_BLOCKS, root));
    for (unsigned at = 0; at < TN_DRIVE_BLOCK; at += 32) {
        if (!memcmp(root + at, name, 11)) {
            uint32_t len = tn_get_le32(root + at + 28);
            uint32_t block = TN_DRIVE_DATA + tn_get_le16(root + at + 26) - 2;
            CHECK(tn_serve_uf2_read(&drive, block, (uint8_t *)text));
            text[len] = 0;
        }
    }
    return text;
}

// The last file was refused: the drive goes away for a moment, and then tells why.
static void tells(const char *why) {
    uint8_t p[TN_DRIVE_BLOCK];

    CHECK_EQ(tn_serve_uf2_medium(&drive), TN_UF2_GONE);
    CHECK(!tn_serve_uf2_read(&drive, 0, p));
    pass(TN_UF2_ABSENT_MS + 2);
    CHECK_EQ(tn_serve_uf2_medium(&drive), TN_UF2_CHANGED);
    CHECK_EQ(tn_serve_uf2_medium(&drive), TN_UF2_THERE);
    const char *text = show("FAILED  TXT");
    if (!strstr(text, why)) {
        CHECK_STR(text, why);
    }
}

static void make(uint32_t len) {
    test_image_make(&old, 1, 3000, TWIST_NONE);
    test_image_make(&image, 2, len, TWIST_NONE);
}

// ---- Tests -----------------------------------------------------------------------------------

TEST(the_drive_is_a_fat_with_one_text) {
    uint8_t p[TN_DRIVE_BLOCK];
    uint8_t label[11];

    begin(NULL);
    CHECK(tn_serve_uf2_read(&drive, 0, p));
    CHECK_EQ(tn_get_le16(p + 11), 512);
    CHECK_EQ(tn_get_le16(p + 19), TN_DRIVE_BLOCKS);
    CHECK_EQ(tn_get_le16(p + 510), 0xaa55);
    memcpy(label, p + 43, sizeof(label));
    CHECK(tn_serve_uf2_read(&drive, 1 + TN_DRIVE_FAT_BLOCKS, p));
    CHECK_MEM(p, label, sizeof(label));
    CHECK_EQ(p[11], 0x08);  // the root's first entry is the volume's label, too
    CHECK(strstr(show("INFO_UF2TXT"), "UF2 Bootloader Tenon 1.2.3\r\nModel: test\r\n"));
    CHECK(strstr(show("INFO_UF2TXT"), "Family: 0xada52840\r\nAddress: 0x08004000\r\n"));
    CHECK(!*show("FAILED  TXT"));
}

TEST(a_copy_is_a_test_that_reverts_unless_it_is_confirmed) {
    make(5000);
    begin(&old);
    CHECK_EQ(copy_file(&image), 1);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(device.nor.violations, 0);
    CHECK_EQ(left, 0);
    pass(TN_UF2_QUIET_MS + 2);
    CHECK_EQ(left, 1);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));
}

TEST(an_empty_device_is_installed) {
    make(5000);
    begin(NULL);
    CHECK_EQ(copy_file(&image), 1);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &image));
}

TEST(blocks_come_in_any_order) {
    make(5000);  // 21 blocks
    for (uint32_t first = 0; first < 21; first++) {
        for (uint32_t step = 1; step < 21; step++) {
            if (step % 3 && step % 7) {
                begin(&old);
                CHECK_EQ(copy(&image, first, step), 1);
                CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
                CHECK_EQ(device.nor.violations, 0);
                CHECK(test_device_holds(&device, TN_RUNNING, &old));
            }
        }
    }
}

TEST(a_block_may_come_twice) {
    make(5000);
    begin(&old);
    for (uint32_t i = 0; i < count_of(&image); i++) {
        CHECK_EQ(put_number(&image, i), 1);
        if (i + 1 < count_of(&image)) {
            CHECK_EQ(put_number(&image, i / 2), 1);
            CHECK_EQ(put_number(&image, i), 1);
        }
    }
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(device.nor.violations, 0);
}

TEST(another_file_takes_the_place_of_one_that_is_not_complete) {
    make(5000);
    test_image_make(&other, 3, 5000, TWIST_NONE);
    begin(&old);
    for (uint32_t i = 0; i < 10; i++) {
        CHECK_EQ(put_number(&image, i), 1);
    }
    CHECK_EQ(copy_file(&other), 1);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &other));
    test_image_make(&other, 3, 7000, TWIST_NONE);
    begin(&old);
    for (uint32_t i = 3; i < 10; i++) {
        CHECK_EQ(put_number(&image, i), 1);
    }
    CHECK_EQ(copy_file(&other), 1);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &other));
    CHECK_EQ(device.nor.violations, 0);
}

TEST(the_hosts_own_files_are_dropped) {
    uint8_t p[TN_DRIVE_BLOCK];

    make(5000);
    begin(&old);
    memset(p, 0x5a, sizeof(p));
    for (uint32_t i = 0; i < count_of(&image); i++) {
        CHECK_EQ(put(TN_DRIVE_DATA + i, p), 1);  // .Trashes, System Volume Information
        CHECK_EQ(put(1 + i % 60, p), 1);         // the FAT
        CHECK_EQ(put(1 + TN_DRIVE_FAT_BLOCKS, p), 1);
        CHECK_EQ(put_number(&image, i), 1);
    }
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
    CHECK_EQ(put(1, p), 1);  // and behind the last block, too
    make_block(p, &image, 0);
    CHECK_EQ(put(1, p), 1);
    CHECK(!*show("FAILED  TXT"));
}

// A change of the first block makes the file a refused one, and the flash stays as it is.
static void is_refused(unsigned at, uint32_t value, const char *why) {
    uint8_t was[DEVICE_FLASH_MAX];
    uint8_t p[TN_UF2_BLOCK];

    begin(&old);
    memcpy(was, device.mem, sizeof(was));
    make_block(p, &image, 0);
    tn_put_le32(p + at, value);
    CHECK_EQ(put(FIRST, p), TN_EINVAL);
    CHECK(!memcmp(was, device.mem, sizeof(was)));
    tells(why);
    CHECK_EQ(copy_file(&image), 1);  // a good one goes through afterwards
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

TEST(a_block_for_others_is_refused_before_anything_is_erased) {
    make(5000);
    is_refused(28, 0xe48bff56, "for another family of chips");
    is_refused(8, 0, "without a family");
    is_refused(8, TN_UF2_FAMILY | TN_UF2_CONTAINER, "without a family");
    is_refused(12, BASE + 0x10000, "for another address");
    is_refused(12, BASE - PIECE, "for another address");
    is_refused(12, 0, "for another address");
    is_refused(16, 128, "other than 256 bytes");
    is_refused(16, 512, "a damaged UF2 block");
    is_refused(20, 1, "with gaps");
    is_refused(20, 99, "a damaged UF2 block");
    is_refused(24, 1000, "larger than the slot");
    is_refused(24, 0xffffffff, "larger than the slot");
    is_refused(24, 0, "a damaged UF2 block");
    is_refused(24, 5, "header is malformed");
    is_refused(32, 0, "not a firmware image");
    is_refused(32 + 16, 0x4, "encrypted");
    is_refused(32 + 12, 100000, "larger than the slot");
}

TEST(a_plain_image_is_refused) {
    make(5000);
    begin(&old);
    CHECK_EQ(put(FIRST, image.bytes), TN_EINVAL);
    tells("a plain image");
}

TEST(blocks_that_are_not_for_flash_are_dropped) {
    uint8_t p[TN_UF2_BLOCK];

    make(5000);
    begin(&old);
    make_block(p, &image, 0);
    tn_put_le32(p + 8, TN_UF2_NOT_FLASH);
    CHECK_EQ(put(FIRST, p), 1);
    CHECK_EQ(copy_file(&image), 1);
}

TEST(a_bad_image_is_refused_with_its_last_block) {
    static const struct {
        enum test_twist twist;
        const char *why;
    } twists[] = {{TWIST_UNSIGNED, "not signed"},
            {TWIST_FOREIGN_KEY, "a key that this device does not know"},
            {TWIST_BAD_SIGNATURE, "signature is wrong"}, {TWIST_BAD_HASH, "hash differs"}};

    make(5000);
    for (unsigned i = 0; i < TN_LEN(twists); i++) {
        test_image_make(&image, 2, 5000, twists[i].twist);
        begin(&old);
        CHECK_EQ(copy(&image, 1, 1), TN_EINVAL);
        tells(twists[i].why);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &old));
    }
}

static void hold_to(uint8_t rules) {
    admit = (struct tn_admit){.rules = rules, .log = &device.slots.area[TN_PRIMARY]};
    tn_admit_by(&update, &admit);
}

TEST(the_loaders_rules_hold) {
    uint8_t was[DEVICE_FLASH_MAX];

    test_image_make(&old, 3, 3000, TWIST_NONE);
    test_image_make(&image, 2, 5000, TWIST_NONE);
    begin(&old);
    hold_to(TN_RULE_NO_DOWNGRADE);
    memcpy(was, device.mem, sizeof(was));
    CHECK_EQ(copy_file(&image), TN_EINVAL);
    CHECK(!memcmp(was, device.mem, sizeof(was)));
    tells("older than the running one");
    // The header comes last: it is refused then.
    CHECK_EQ(copy(&image, 1, 1), TN_EINVAL);
    tells("older than the running one");
    begin(NULL);
    hold_to(TN_RULE_NO_DOWNGRADE);
    CHECK_EQ(copy(&image, 1, 1), 1);
}

TEST(what_a_revert_needs_is_kept) {
    make(5000);
    begin(&old);
    CHECK_EQ(copy_file(&image), 1);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    restart();
    test_image_make(&other, 3, 5000, TWIST_NONE);
    CHECK_EQ(copy(&other, 5, 1), TN_EINVAL);
    tells("needed for going back");
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &old));
}

TEST(the_only_genuine_image_is_kept) {
    make(5000);
    begin(NULL);
    test_device_place(&device, TN_CANDIDATE, &old);
    CHECK_EQ(copy_file(&image), TN_EINVAL);
    tells("the only good image");
    CHECK_EQ(copy(&image, 7, 1), TN_EINVAL);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &old));
}

TEST(another_link_ends_the_copy) {
    static const struct tn_span no_sha;

    make(5000);
    begin(&old);
    for (uint32_t i = 0; i < 10; i++) {
        CHECK_EQ(put_number(&image, i), 1);
    }
    CHECK_EQ(tn_update_begin(&update, TN_TO_SPARE, image.len, &no_sha), 0);
    CHECK_EQ(put_number(&image, 10), TN_EINVAL);
    tells("another link");
    CHECK_EQ(copy_file(&image), 1);  // who comes last, has it
}

TEST(a_full_drive_and_what_lies_outside) {
    make(5000);
    begin(&old);
    uint8_t p[TN_UF2_BLOCK];
    memset(p, 0x77, sizeof(p));
    for (uint32_t block = 0; block < TN_DRIVE_BLOCKS; block++) {
        CHECK_EQ(put(block, p), 1);
    }
    CHECK_EQ(copy_file(&image), 1);
    CHECK(test_device_holds(&device, TN_CANDIDATE, &image));
}

TEST(an_image_of_each_length_at_the_slots_end) {
    uint32_t most;

    make(5000);
    begin(&old);
    most = tn_slots_max_image(&device.slots);
    for (uint32_t len = most - 700; len < most + 300; len += 37) {
        test_image_make(&image, 2, len - 32 - 112, TWIST_NONE);
        begin(&old);
        bool fits = image.len <= most;
        CHECK_EQ(copy(&image, 2, 1), fits ? 1 : TN_EINVAL);
        CHECK_EQ(device.nor.violations, 0);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, fits ? &image : &old));
    }
}

// Power lost at flash operation n of a copy, in each way; then the device starts, and the host
// copies the file again. False: the copy has fewer operations.
static bool is_cut(uint32_t n, enum tn_nor_cut cut, uint32_t first, uint32_t step) {
    begin(&old);
    device.nor.cut_at = n;
    device.nor.cut = cut;
    device.nor.seed = n;
    uint32_t count = count_of(&image);
    int rc = 1;
    for (uint32_t i = 0; i < count && rc == 1; i++) {
        uint8_t p[TN_UF2_BLOCK];
        make_block(p, &image, (first + i * step) % count);
        while (!(rc = tn_serve_uf2_write(&drive, FIRST + i, p))) {
        }
    }
    bool was_cut = device.nor.dead;
    CHECK(was_cut || rc == 1);
    tn_nor_power_on(&device.nor);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    bool is_new = test_device_holds(&device, TN_RUNNING, &image);
    CHECK(is_new || test_device_holds(&device, TN_RUNNING, &old));
    if (!is_new) {
        restart();
        CHECK_EQ(copy(&image, first, step), 1);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &image));
    }
    CHECK_EQ(device.nor.violations, 0);
    return was_cut;
}

TEST(power_lost_at_every_flash_operation) {
    make(5000);
    for (int cut = TN_NOR_CUT_BEFORE; cut <= TN_NOR_CUT_AFTER; cut++) {
        uint32_t n = 1;
        while (is_cut(n, (enum tn_nor_cut)cut, n % 21, 1 + n % 2)) {
            n++;
        }
        CHECK(n > 21);
    }
}
