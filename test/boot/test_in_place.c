// SPDX-License-Identifier: Apache-2.0
// Strategies without a swap: direct-XIP with and without tests, RAM load, single slot.
#include "base/err.h"
#include "support/device.h"
#include "test.h"

enum {
    RAM_ADDR = 0x20001000,
    RAM_LEN = 16 * 1024,
    RAM_BEHIND = 4 * 1024,  // of somebody else, behind the window
};

static struct test_device device;
static struct test_image one, two;
static uint8_t ram_mem[RAM_LEN + RAM_BEHIND];
static struct tn_ram_window ram;

static void begin(const struct tn_layout *layout) {
    test_device_init(&device, &small_shape);
    device.slots.layout = layout;
    test_image_make(&one, 1, 3000, TWIST_NONE);
    test_image_make(&two, 2, 4000, TWIST_NONE);
}

static void both(const struct tn_layout *layout) {
    begin(layout);
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
}

// Boots. Returns the place that runs, or -1.
static int runs(void) {
    tn_nor_power_on(&device.nor);
    return test_device_boot(&device, false, NULL) == TN_PLAN_RUN ? (int)device.ran : -1;
}

TEST(the_newer_genuine_image_runs_where_it_is) {
    both(&tn_layout_direct_xip);
    CHECK_EQ(runs(), TN_CANDIDATE);
    CHECK_EQ(device.nor.ops, 0);
    test_device_place(&device, TN_CANDIDATE, &one);  // equal versions: slot 0
    CHECK_EQ(runs(), TN_RUNNING);
    test_image_make(&two, 2, 4000, TWIST_BAD_SIGNATURE);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(runs(), TN_RUNNING);
    test_image_make(&one, 1, 3000, TWIST_BAD_HASH);
    test_device_place(&device, TN_RUNNING, &one);
    CHECK_EQ(runs(), -1);
}

TEST(an_image_for_the_other_slot_does_not_run) {
    both(&tn_layout_direct_xip);
    device.slots.addr[0] = 0x8000;
    device.slots.addr[1] = 0x20000;
    test_image_make_for(&two, 2, 4000, TN_IMAGE_ROM_FIXED, 0x8000);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(runs(), TN_RUNNING);
    test_image_make_for(&two, 2, 4000, TN_IMAGE_ROM_FIXED, 0x20000);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(runs(), TN_CANDIDATE);
}

TEST(an_unmarked_image_in_the_spare_slot_waits_for_a_request) {
    both(&tn_layout_direct_xip_revert);
    CHECK_EQ(runs(), TN_RUNNING);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(runs(), TN_CANDIDATE);
}

TEST(a_test_has_one_boot_unless_it_confirms_itself) {
    both(&tn_layout_direct_xip_revert);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(runs(), TN_CANDIDATE);
    CHECK_EQ(runs(), TN_RUNNING);
    CHECK_EQ(runs(), TN_RUNNING);
    // If the old image is damaged, the unconfirmed one is better than none.
    device.mem[50] ^= 1;
    CHECK_EQ(runs(), TN_CANDIDATE);
}

TEST(a_confirmed_image_stays) {
    both(&tn_layout_direct_xip_revert);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(runs(), TN_CANDIDATE);
    CHECK_EQ(tn_boot_confirm_in(&device.slots, TN_SECONDARY), 0);
    CHECK_EQ(runs(), TN_CANDIDATE);
    CHECK_EQ(runs(), TN_CANDIDATE);
}

TEST(a_permanent_request_needs_no_confirmation) {
    both(&tn_layout_direct_xip_revert);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    CHECK_EQ(runs(), TN_CANDIDATE);
    CHECK_EQ(runs(), TN_CANDIDATE);
}

// Writes an image to the spare slot of the program that has these slots, and requests a test.
static void update(const struct tn_slots *seen, const struct test_image *img) {
    static uint8_t buf[512];
    const struct tn_span sha = {img->sha, sizeof(img->sha)};
    struct tn_update u = {.slots = seen, .trust = &test_trust, .buf = buf, .size = sizeof(buf)};

    CHECK_EQ(tn_update_begin(&u, TN_TO_SPARE, img->len, &sha), 0);
    while (tn_update_off(&u) < img->len) {
        uint32_t off = tn_update_off(&u);
        CHECK(tn_update_write(&u, img->bytes + off, tn_min(256, img->len - off)) > 0);
        while (tn_update_waits(&u)) {
            tn_update_step(&u);
        }
    }
    CHECK_EQ(tn_update_take_error(&u), 0);
    tn_update_mark(&u, TN_CANDIDATE, TN_SWAP_TEST);
    while (tn_update_waits(&u)) {
        tn_update_step(&u);
    }
    CHECK_EQ(tn_update_take_error(&u), 0);
}

// Alternates between the slots: each image was uploaded by the program in the other slot.
TEST(a_program_that_runs_from_the_spare_slot_updates_the_other_one) {
    struct tn_slots seen;
    struct test_image *const images[] = {&two, &one};
    static const enum tn_place places[] = {TN_CANDIDATE, TN_RUNNING};
    int at = TN_RUNNING;

    begin(&tn_layout_direct_xip_revert);
    test_device_place(&device, TN_RUNNING, &one);
    CHECK_EQ(runs(), TN_RUNNING);
    for (uint8_t version = 2; version < 6; version++) {
        unsigned nth = version % 2;
        test_image_make(images[nth], version, 3000, TWIST_NONE);
        tn_slots_seen_from(&device.slots, tn_place_slot((enum tn_place)at), &seen);
        update(&seen, images[nth]);
        CHECK_EQ(runs(), places[nth]);
        CHECK_EQ(runs(), at);  // it was not confirmed
        update(&seen, images[nth]);
        CHECK_EQ(runs(), places[nth]);
        at = (int)places[nth];
        tn_slots_seen_from(&device.slots, tn_place_slot((enum tn_place)at), &seen);
        CHECK_EQ(tn_boot_confirm(&seen), 0);
        CHECK_EQ(runs(), at);
        CHECK_EQ(runs(), at);
    }
    CHECK_EQ(device.nor.violations, 0);
}

// The mark is the only write. Torn or not, the image boots at most once.
TEST(a_cut_in_the_mark_ends_in_one_of_two_states) {
    for (int kind = TN_NOR_CUT_BEFORE; kind <= TN_NOR_CUT_AFTER; kind++) {
        for (uint32_t seed = 1; seed < 50; seed++) {
            both(&tn_layout_direct_xip_revert);
            CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
            tn_nor_power_on(&device.nor);
            device.nor.cut_at = 1;
            device.nor.cut = (enum tn_nor_cut)kind;
            device.nor.seed = seed;
            test_device_boot(&device, false, NULL);
            int first = runs();
            CHECK(first == TN_RUNNING || first == TN_CANDIDATE);
            CHECK_EQ(runs(), TN_RUNNING);
        }
    }
}

static void ram_begin(void) {
    begin(&tn_layout_ram_load);
    memset(ram_mem, 0, sizeof(ram_mem));
    ram = (struct tn_ram_window){.mem = ram_mem, .addr = RAM_ADDR, .size = RAM_LEN};
    device.slots.ram = &ram;
    test_image_make_for(&one, 1, 3000, TN_IMAGE_RAM_LOAD, RAM_ADDR + 512);
    test_image_make_for(&two, 2, 4000, TN_IMAGE_RAM_LOAD, RAM_ADDR);
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
}

TEST(the_newer_image_runs_from_ram_where_its_header_says) {
    ram_begin();
    CHECK_EQ(runs(), TN_PLACE_STAGED);
    CHECK_MEM(ram_mem, two.bytes, two.len);
    CHECK_EQ(device.nor.ops, 0);
    ram_begin();
    device.mem[device.slots.area[1].off + 900] ^= 1;
    CHECK_EQ(runs(), TN_PLACE_STAGED);
    CHECK_MEM(ram_mem + 512, one.bytes, one.len);
}

TEST(what_does_not_fit_the_window_or_is_not_for_ram_is_not_loaded) {
    static const uint8_t zeros[RAM_BEHIND];
    const uint32_t addrs[] = {RAM_ADDR - 4, RAM_ADDR + RAM_LEN - 4000, 0, 0xfffffff0};

    for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
        ram_begin();
        test_image_make_for(&two, 2, 4000, TN_IMAGE_RAM_LOAD, addrs[i]);
        test_device_place(&device, TN_CANDIDATE, &two);
        CHECK_EQ(runs(), TN_PLACE_STAGED);
        CHECK_MEM(ram_mem + 512, one.bytes, one.len);
        CHECK_MEM(ram_mem + RAM_LEN, zeros, RAM_BEHIND);
    }
    ram_begin();
    test_image_make(&two, 2, 4000, TWIST_NONE);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(runs(), TN_PLACE_STAGED);
    CHECK_MEM(ram_mem + 512, one.bytes, one.len);
    device.mem[100] ^= 1;
    ram.place = 0;  // as after a reset
    CHECK_EQ(runs(), -1);
}

TEST(a_single_slot_is_verified_and_run_or_recovered) {
    begin(&tn_layout_single_slot);
    device.slots.area[TN_SECONDARY].size = 0;
    test_device_place(&device, TN_RUNNING, &one);
    CHECK_EQ(runs(), TN_RUNNING);
    CHECK_EQ(tn_slots_max_image(&device.slots), 12 * 1024 - 48);
    device.mem[40] ^= 1;
    CHECK_EQ(runs(), -1);
}
