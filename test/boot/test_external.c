// SPDX-License-Identifier: Apache-2.0
// Slots in two flash devices, the spare one in a device that others can reach: it may give other
// bytes than those that were verified, and it may not answer from some call on.
#include "base/err.h"
#include "support/device.h"
#include "test.h"

enum {
    PAYLOAD = 3000,
    CALLS_MAX = 5000,
};

static struct test_device device;
static struct test_image one, two;
static struct tn_flash external;
static unsigned calls, gone_at;  // 0: never
static unsigned verified, forged_at;

static bool is_gone(void) {
    return ++calls >= gone_at && gone_at;
}

// A byte of the payload is another one from the nth reading of the image on.
static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    uint32_t at = device.slots.area[TN_SECONDARY].off +
            device.slots.layout->candidate_off(&device.slots) + PAYLOAD / 2;
    int err =
            is_gone() ? TN_ETIMEOUT : device.nor.flash.ops->read(&device.nor.flash, off, buf, len);

    (void)f;
    if (!err && off <= at && at - off < len) {
        verified++;
        ((uint8_t *)buf)[at - off] ^= forged_at && verified >= forged_at ? 4 : 0;
    }
    return err;
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f;
    return is_gone() ? TN_ETIMEOUT : device.nor.flash.ops->prog(&device.nor.flash, off, buf, len);
}

static int erase(const struct tn_flash *f, uint32_t off) {
    (void)f;
    return is_gone() ? TN_ETIMEOUT : device.nor.flash.ops->erase(&device.nor.flash, off);
}

static void begin(const struct tn_layout *layout) {
    static const struct tn_flash_ops ops = {read, prog, erase};

    test_device_init(&device, &small_shape);
    test_image_make(&one, 1, PAYLOAD, TWIST_NONE);
    test_image_make(&two, 2, PAYLOAD, TWIST_NONE);
    external = device.nor.flash;
    external.ops = &ops;
    device.slots.area[TN_SECONDARY].flash = &external;
    device.slots.layout = layout;
    if (layout != &tn_layout_swap_offset) {
        device.slots.area[TN_SECONDARY].size = device.slots.area[TN_PRIMARY].size;
    }
    calls = gone_at = verified = forged_at = 0;
    test_device_place(&device, TN_RUNNING, &one);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    calls = verified = 0;
}

static const struct tn_layout *const layouts[] = {
        &tn_layout_swap_offset, &tn_layout_swap_move, &tn_layout_overwrite_only};

// Each reading of the byte may be the one that is forged: headers, hash, copy, comparison.
TEST(what_was_changed_behind_its_verification_does_not_run) {
    for (size_t i = 0; i < 3; i++) {
        for (unsigned n = 1; n < 12; n++) {
            begin(layouts[i]);
            forged_at = n;
            enum tn_plan_action action = test_device_boot(&device, false, NULL);
            CHECK(action != TN_PLAN_RUN || test_device_holds(&device, TN_RUNNING, &one) ||
                    test_device_holds(&device, TN_RUNNING, &two));
        }
    }
}

TEST(a_device_that_goes_at_any_call_loses_nothing) {
    for (size_t i = 0; i < 2; i++) {
        bool over = false;
        for (unsigned n = 1; !over; n++) {
            begin(layouts[i]);
            gone_at = n;
            enum tn_plan_action action = test_device_boot(&device, false, NULL);
            over = calls < n;
            CHECK(n < CALLS_MAX);
            CHECK(action == TN_PLAN_RECOVER || test_device_holds(&device, TN_RUNNING, &one) ||
                    test_device_holds(&device, TN_RUNNING, &two));
            gone_at = 0;
            if (tn_boot_pending(&device.slots) != TN_SWAP_REVERT) {
                CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
                CHECK(test_device_holds(&device, TN_RUNNING, &two));
            }
            CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
            CHECK(test_device_holds(&device, TN_RUNNING, &one));
            CHECK(test_device_holds(&device, TN_CANDIDATE, &two));
        }
    }
}
