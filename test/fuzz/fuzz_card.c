// SPDX-License-Identifier: Apache-2.0
// A card whose FAT holds a firmware file, with any of its bytes changed: what FatFs and the loader
// make of it. The card's use ends, reads nothing outside of the card, and the device boots the old
// image or a genuine new one.
#include <string.h>

#include "base/err.h"
#include "fuzz.h"
#include "service/card.h"
#include "support/device.h"
#include "support/fat.h"

enum {
    BLOCK = 512,
    BLOCKS = TEST_FAT_DATA + 128,
    STEPS_MAX = 200000,
};

static struct test_device d;
static struct test_image old, images[3];
static struct tn_update update;
static struct tn_board board;
static struct tn_service service;
static struct tn_channel first;
static uint8_t chunk[1024 + 16];
static uint8_t medium[BLOCKS * BLOCK];
static unsigned told;

static int open_medium(void *ctx) {
    (void)ctx;
    return 0;
}

static int read_medium(void *ctx, uint32_t block, void *buf, uint32_t count) {
    (void)ctx;
    if (block >= BLOCKS || count > BLOCKS - block) {
        return TN_EIO;
    }
    memcpy(buf, medium + (size_t)block * BLOCK, (size_t)count * BLOCK);
    return 0;
}

static void tell(const char *text) {
    PROMISE(strlen(text) > 6 && !strncmp(text, "card: ", 6));
    told++;
}

static void begin(uint8_t how) {
    if (!old.len) {
        test_image_make(&old, 1, 900, TWIST_NONE);
        test_image_make(&images[0], 2, 5000, TWIST_NONE);
        test_image_make(&images[1], 2, 5000, TWIST_BAD_SIGNATURE);
        test_image_make(&images[2], 2, 900, TWIST_NONE);
    }
    test_fat_make(medium, BLOCKS, images[how % 3].bytes, images[how % 3].len);
    test_device_init(&d, &small_shape);
    test_device_place(&d, TN_RUNNING, &old);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    first = (struct tn_channel){0};
    board = (struct tn_board){.slots = &d.slots};
    service = (struct tn_service){.board = &board, .update = &update, .links = &first};
    told = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_disk disk = {open_medium, read_medium, NULL};
    static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
    struct fuzz_in in = {data, size};
    uint8_t how = fuzz_u8(&in);
    const struct tn_service_card_cfg cfg = {.disk = &disk,
            .names = names,
            .mark = how & 128 ? TN_SWAP_TEST : TN_SWAP_PERM,
            .tell = tell};

    begin(how & 127);
    while (in.left >= 3) {
        uint16_t at = fuzz_u16(&in);
        medium[at % sizeof(medium)] = fuzz_u8(&in);
    }
    tn_service_card(&service, &cfg);
    for (unsigned i = 0; service.links->next->step(service.links->next) != TN_CHANNEL_IDLE; i++) {
        PROMISE(i < STEPS_MAX);
        tn_update_step(&update);
    }
    PROMISE(told == 1);
    PROMISE(size > 1 || how % 128 % 3 == 1 || tn_service_card_state() == TN_CARD_INSTALLED);
    PROMISE((tn_service_card_state() == TN_CARD_INSTALLED) == service.reset_is_due);
    PROMISE(d.nor.violations == 0);
    PROMISE(test_device_boot(&d, false, NULL) == TN_PLAN_RUN);
    PROMISE(test_device_holds(&d, TN_RUNNING, &old) ||
            test_device_holds(&d, TN_RUNNING, &images[0]) ||
            test_device_holds(&d, TN_RUNNING, &images[2]));
    return 0;
}
