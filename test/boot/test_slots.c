// SPDX-License-Identifier: Apache-2.0
// Trailers bit by bit, marks with cuts, and boots of slots in every state.
#include "base/err.h"
#include "boot/trailer.h"
#include "support/device.h"
#include "test.h"

static struct test_device device;
static struct test_image one;
static struct test_image two;

// Offsets from the slot's end: doc/reference/mcuboot.md section 2.
static const struct {
    uint8_t align;
    uint32_t ok, done, info, tlvs, size;
} cells[] = {{8, 24, 32, 40, 48, 56}, {16, 32, 48, 64, 80, 96}, {32, 64, 96, 128, 160, 192}};

TEST(trailer_cells_lie_where_mcuboot_has_them) {
    static const uint8_t magic_8[] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52,
            0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};
    static const uint8_t magic_32[] = {0x20, 0x00, 0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77,
            0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a};
    for (size_t i = 0; i < 3; i++) {
        uint8_t a = cells[i].align;
        const struct test_shape shape = {1024, 12, 13, a, a, 0xff};
        test_device_init(&device, &shape);
        const uint8_t *end = device.mem + 12 * 1024;
        CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_IMAGE_OK, 1), 0);
        CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_COPY_DONE, 1), 0);
        CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_SWAP_INFO, TN_SWAP_PERM), 0);
        CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_TLV_SIZES, 0x11223344), 0);
        CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_SWAP_SIZE, 0x55667788), 0);
        CHECK_EQ(tn_trailer_put_magic(&device.slots, TN_PRIMARY), 0);
        CHECK_EQ(tn_trailer_put_record(&device.slots, 0, 1), 0);
        CHECK_EQ(tn_trailer_put_record(&device.slots, 1, 2), 0);
        CHECK_EQ(end[-(int)cells[i].ok], 1);
        CHECK_EQ(end[-(int)cells[i].done], 1);
        CHECK_EQ(end[-(int)cells[i].info], 3);
        CHECK_MEM(end - cells[i].tlvs, "\x44\x33\x22\x11", 4);
        CHECK_MEM(end - cells[i].size, "\x88\x77\x66\x55", 4);
        if (a != 16) {
            CHECK_MEM(end - 16, a == 8 ? magic_8 : magic_32, 16);
        }
        uint32_t status = cells[i].size + 13 * 2 * a;
        CHECK_EQ(tn_trailer_off(&device.slots, TN_PRIMARY), 12 * 1024 - status);
        CHECK_EQ(end[-(int)status], 1);
        CHECK_EQ(end[-(int)status + a], 2);
        CHECK(tn_trailer_has_record(&device.slots, 1));
        CHECK(!tn_trailer_has_record(&device.slots, 2));
        CHECK_EQ(device.nor.violations, 0);
    }
}

TEST(the_largest_image_leaves_room_for_the_trailer_and_the_offset) {
    test_device_init(&device, &small_shape);
    CHECK_EQ(tn_slots_max_image(&device.slots), 11 * 1024);
    device.slots.max_sectors = 128;  // the trailer then needs two sectors
    CHECK_EQ(tn_slots_max_image(&device.slots), 10 * 1024);
    device.slots.area[TN_SECONDARY].size = 12 * 1024;  // no sector more than the primary slot has
    CHECK_EQ(tn_slots_max_image(&device.slots), 9 * 1024);
    device.slots.max_sectors = 2000;
    CHECK_EQ(tn_slots_max_image(&device.slots), 0);
}

static void both(enum test_twist first, enum test_twist second) {
    test_device_init(&device, &small_shape);
    test_image_make(&one, 1, 3000, first);
    test_image_make(&two, 2, 4000, second);
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
}

TEST(test_then_confirm_stays) {
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));  // no request
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK(test_device_holds(&device, TN_PREVIOUS, &one));
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    uint32_t ops = device.nor.ops;
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    CHECK_EQ(device.nor.ops, ops);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
}

TEST(test_without_confirm_reverts) {
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    test_device_boot(&device, false, NULL);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    for (int boot = 0; boot < 3; boot++) {
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &one));
        CHECK(test_device_holds(&device, TN_CANDIDATE, &two));
        CHECK_EQ(device.nor.violations, 0);
    }
}

TEST(a_test_can_be_made_permanent_and_a_permanent_request_stays) {
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_PERM);
    test_device_boot(&device, false, NULL);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_NONE);
}

// A refused request returns an error, and changes nothing.
TEST(a_request_beside_another_one_is_refused) {
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    uint32_t ops = device.nor.ops;
    CHECK_EQ(test_device_request(&device, TN_SWAP_REVERT), TN_ESTATE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    CHECK(device.nor.ops > ops);
    ops = device.nor.ops;
    CHECK_EQ(test_device_request(&device, TN_SWAP_REVERT), TN_ESTATE);
    CHECK_EQ(device.nor.ops, ops);
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    // image_ok is torn: it cannot be written again.
    device.mem[(12 + 13) * 1024 - 16 - 8] = 0x81;
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), TN_ESTATE);
}

static struct tn_flash_ops readable;

static int unreadable_flags(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    return len == 1 ? TN_EIO : readable.read(f, off, buf, len);
}

TEST(a_flag_that_cannot_be_read_is_neither_set_nor_unset) {
    struct tn_trailer t;

    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    readable = *device.nor.flash.ops;
    struct tn_flash_ops ops = readable;
    ops.read = unreadable_flags;
    device.nor.flash.ops = &ops;
    for (int slot = TN_PRIMARY; slot <= TN_SECONDARY; slot++) {
        tn_trailer_read(&device.slots, (enum tn_slot)slot, &t);
        CHECK_EQ(t.image_ok, TN_FLAG_BAD);
        CHECK_EQ(t.copy_done, TN_FLAG_BAD);
        CHECK_EQ(t.type, TN_SWAP_NONE);
    }
    CHECK_EQ(t.magic, TN_MAGIC_GOOD);
}

TEST(the_previous_image_comes_back_by_request) {
    both(TWIST_NONE, TWIST_NONE);
    test_device_request(&device, TN_SWAP_PERM);
    test_device_boot(&device, false, NULL);
    CHECK_EQ(test_device_request(&device, TN_SWAP_REVERT), 0);
    CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_REVERT);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK(test_device_holds(&device, TN_CANDIDATE, &two));
    CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_NONE);
}

TEST(a_bad_candidate_is_dropped_and_the_old_image_runs) {
    for (int twist = TWIST_UNSIGNED; twist <= TWIST_BAD_HASH; twist++) {
        both(TWIST_NONE, (enum test_twist)twist);
        CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &one));
        CHECK_EQ(tn_boot_pending(&device.slots), TN_SWAP_NONE);
    }
}

TEST(a_bad_running_image_is_replaced_by_the_spare_one) {
    both(TWIST_BAD_SIGNATURE, TWIST_NONE);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    // And by the previous image, where a swap left it.
    both(TWIST_NONE, TWIST_NONE);
    test_device_request(&device, TN_SWAP_PERM);
    test_device_boot(&device, false, NULL);
    device.mem[100] ^= 1;
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
}

TEST(recovery_starts_without_a_genuine_image_or_on_request) {
    both(TWIST_UNSIGNED, TWIST_BAD_HASH);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RECOVER);
    test_device_init(&device, &small_shape);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RECOVER);
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(test_device_boot(&device, true, NULL), TN_PLAN_RECOVER);
}

TEST(recovery_waits_until_a_swap_under_way_is_finished) {
    both(TWIST_NONE, TWIST_NONE);
    test_device_request(&device, TN_SWAP_TEST);
    tn_nor_power_on(&device.nor);
    device.nor.cut_at = 30;  // several sectors have moved
    test_device_boot(&device, false, NULL);
    CHECK(device.nor.dead);
    tn_nor_power_on(&device.nor);
    CHECK_EQ(test_device_boot(&device, true, NULL), TN_PLAN_RECOVER);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
}

TEST(a_non_bootable_image_does_not_run) {
    both(TWIST_NONE, TWIST_NONE);
    test_image_make_for(&one, 1, 4000, TN_IMAGE_NON_BOOTABLE, 0);
    test_device_place(&device, TN_RUNNING, &one);
    struct tn_boot b = {.slots = &device.slots, .strategy = &tn_swap_offset, .trust = &test_trust};
    b.plan = (struct tn_boot_plan){.action = TN_PLAN_VERIFY, .place = TN_RUNNING};
    while (tn_boot_step(&b) == TN_MORE) {
    }
    CHECK_EQ(tn_boot_reason(&b, TN_RUNNING), TN_EFLAGS);
}

// A sector that cannot be written ends the swap, and the loader does not hang.
static int broken_prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f, (void)off, (void)buf, (void)len;
    return 0;
}

TEST(a_flash_that_does_not_write_ends_in_recovery_or_the_old_image) {
    both(TWIST_NONE, TWIST_NONE);
    test_device_request(&device, TN_SWAP_TEST);
    struct tn_flash_ops ops = *device.nor.flash.ops;
    ops.prog = broken_prog;
    device.nor.flash.ops = &ops;
    int error;
    CHECK(test_device_boot(&device, false, &error) != TN_PLAN_VERIFY);
    CHECK_EQ(error, TN_EIO);
}

// Requests and confirmations are cut at every operation. Each is then done or not done.
TEST(a_request_that_is_cut_is_whole_or_none) {
    static const enum tn_swap_type types[] = {TN_SWAP_TEST, TN_SWAP_PERM};
    for (int t = 0; t < 2; t++) {
        for (uint32_t at = 1; at <= 3; at++) {
            for (uint32_t seed = 1; seed <= 60; seed++) {
                both(TWIST_NONE, TWIST_NONE);
                device.nor.cut_at = at;
                device.nor.cut = (enum tn_nor_cut)(seed % 3);
                device.nor.seed = seed * 77;
                test_device_request(&device, types[t]);
                tn_nor_power_on(&device.nor);
                enum tn_swap_type got = tn_boot_pending(&device.slots);
                CHECK(got == TN_SWAP_NONE || got == types[t]);
                // A repeated request is accepted: a torn one blocks nothing.
                CHECK_EQ(test_device_request(&device, types[t]), 0);
                CHECK_EQ(tn_boot_pending(&device.slots), types[t]);
                CHECK_EQ(device.nor.violations, 0);
            }
        }
    }
}

TEST(a_confirm_that_is_cut_is_confirmed_or_not_for_good) {
    for (uint32_t seed = 1; seed <= 100; seed++) {
        both(TWIST_NONE, TWIST_NONE);
        test_device_request(&device, TN_SWAP_TEST);
        test_device_boot(&device, false, NULL);
        tn_nor_power_on(&device.nor);
        device.nor.cut_at = 1;
        device.nor.cut = (enum tn_nor_cut)(seed % 3);
        device.nor.seed = seed * 991;
        tn_boot_confirm(&device.slots);
        tn_nor_power_on(&device.nor);
        bool stays = tn_boot_pending(&device.slots) == TN_SWAP_NONE;
        for (int boot = 0; boot < 2; boot++) {
            CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
            CHECK(test_device_holds(&device, TN_RUNNING, stays ? &two : &one));
        }
    }
}

// ---- Trailers that nobody wrote so ---------------------------------------------------------

// Makes a trailer in the primary slot of a swap in progress, with so many records.
static void announce(uint32_t swap_size, uint32_t records) {
    both(TWIST_NONE, TWIST_NONE);
    CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_SWAP_INFO, TN_SWAP_PERM), 0);
    CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_SWAP_SIZE, swap_size), 0);
    CHECK_EQ(tn_trailer_put(&device.slots, TN_PRIMARY, TN_CELL_TLV_SIZES, 0x00280028), 0);
    CHECK_EQ(tn_trailer_put_magic(&device.slots, TN_PRIMARY), 0);
    for (uint32_t i = 0; i < records; i++) {
        CHECK_EQ(tn_trailer_put_record(&device.slots, i, (uint8_t)(1 + i % 2)), 0);
    }
}

static void check_boot_ends(void) {
    enum tn_plan_action end = test_device_boot(&device, false, NULL);

    CHECK(end == TN_PLAN_RUN || end == TN_PLAN_RECOVER);
    CHECK(end != TN_PLAN_RUN || test_device_holds(&device, device.ran, &one) ||
            test_device_holds(&device, device.ran, &two));
}

TEST(a_swap_of_a_size_that_nobody_wrote_ends) {
    static const uint32_t sizes[] = {
            0, 0x28, 1024, 0x7fffffff, 0x80000000, UINT32_MAX - 1023, UINT32_MAX};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        for (uint32_t records = 0; records <= 26; records++) {
            announce(sizes[i], records);
            check_boot_ends();
            CHECK_EQ(device.nor.violations, 0);
        }
    }
}

TEST(a_trailer_full_of_garbage_ends_the_search_for_records) {
    announce(4000, 1);
    uint32_t done = 12 * 1024 - 32;  // copy_done stays erased, so the swap is in progress
    for (uint32_t i = tn_trailer_off(&device.slots, TN_PRIMARY); i < 12 * 1024; i++) {
        if (device.mem[i] == 0xff && i != done) {
            device.mem[i] = 0x5a;
        }
    }
    check_boot_ends();
}

static int count_checks(void *ctx, enum tn_moment at, struct tn_boot *b) {
    unsigned *checks = ctx;

    *checks += at == TN_AT_BEGIN && b->plan.action == TN_PLAN_VERIFY;
    return 0;
}

// The primary slot's last sector is longer than the rest of the spare slot. The bytes of the spare
// slot are copied, and nothing is read behind it. After a failed read the image would be verified
// again.
TEST(overwrite_only_copies_to_the_end_of_the_smaller_slot) {
    static const struct tn_flash_run runs[] = {{2048, 4}, {1024, 7}};
    struct tn_boot b = {
            .slots = &device.slots, .strategy = &tn_overwrite_only, .trust = &test_trust};
    unsigned checks = 0;

    both(TWIST_NONE, TWIST_NONE);
    memset(device.mem, 0xff, sizeof(device.mem));
    tn_nor_init(&device.nor, device.mem, runs, 2, 4, 0xff);
    device.slots.layout = &tn_layout_overwrite_only;
    device.slots.area[TN_PRIMARY] = (struct tn_area){&device.nor.flash, 0, 8192};
    device.slots.area[TN_SECONDARY] = (struct tn_area){&device.nor.flash, 8192, 7168};
    device.slots.max_sectors = 7;
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    CHECK_EQ(tn_boot_settle(&b, count_checks, &checks), 0);
    CHECK_EQ(b.plan.action, TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(checks, 1);
}
