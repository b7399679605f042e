// SPDX-License-Identifier: Apache-2.0
// A card whose FAT holds a firmware file, with any of its bytes changed: what FatFs and the loader
// make of it. The card's use ends, reads nothing outside of the card, and the device boots the old
// image or a genuine new one.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "fuzz.h"
#include "service/card.h"
#include "support/device.h"

enum {
    BLOCK = 512,
    DATA_AT = 3,  // boot sector, FAT, root folder
    BLOCKS = DATA_AT + 32,
    STEPS_MAX = 200000,
};

static struct test_device d;
static struct test_image old, images[3];
static struct tn_update update;
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

// Clusters of one block, in a row from 2 on.
static void put_chain(uint8_t *fat, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t value = i + 1 < n ? i + 3 : 0xfff;
        uint32_t at = (i + 2) * 3 / 2;
        if (i & 1) {
            fat[at] = (uint8_t)((fat[at] & 0x0f) | value << 4);
            fat[at + 1] = (uint8_t)(value >> 4);
        } else {
            fat[at] = (uint8_t)value;
            fat[at + 1] = (uint8_t)(value >> 8);
        }
    }
}

// A FAT12 with firmware.bin: "FAT32 File System Specification", Microsoft, 2000.
static void format(const struct test_image *img) {
    uint8_t *root = medium + (DATA_AT - 1) * BLOCK;

    memset(medium, 0, sizeof(medium));
    memcpy(medium, "\xeb\x3c\x90MSDOS5.0", 11);
    tn_put_le16(medium + 11, BLOCK);
    medium[13] = 1;
    tn_put_le16(medium + 14, 1);
    medium[16] = 1;
    tn_put_le16(medium + 17, BLOCK / 32);
    tn_put_le16(medium + 19, BLOCKS);
    medium[21] = 0xf8;
    tn_put_le16(medium + 22, 1);
    medium[38] = 0x29;
    memcpy(medium + 54, "FAT12   ", 8);
    tn_put_le16(medium + 510, 0xaa55);
    memcpy(medium + BLOCK, "\xf8\xff\xff", 3);
    put_chain(medium + BLOCK, (img->len + BLOCK - 1) / BLOCK);
    memcpy(root, "FIRMWAREBIN", 11);
    tn_put_le16(root + 26, 2);
    tn_put_le32(root + 28, img->len);
    memcpy(medium + DATA_AT * BLOCK, img->bytes, img->len);
}

static void begin(uint8_t how) {
    if (!old.len) {
        test_image_make(&old, 1, 900, TWIST_NONE);
        test_image_make(&images[0], 2, 5000, TWIST_NONE);
        test_image_make(&images[1], 2, 5000, TWIST_BAD_SIGNATURE);
        test_image_make(&images[2], 2, 900, TWIST_NONE);
    }
    format(&images[how % 3]);
    test_device_init(&d, &small_shape);
    test_device_place(&d, TN_RUNNING, &old);
    update = (struct tn_update){
            .slots = &d.slots, .trust = &test_trust, .buf = chunk, .size = sizeof(chunk)};
    first = (struct tn_channel){0};
    service = (struct tn_service){.update = &update, .links = &first};
    told = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_disk disk = {open_medium, read_medium, NULL};
    static const char *const names[] = {"firmware.bin", "firmware.dfu", NULL};
    struct fuzz_in in = {data, size};
    uint8_t how = fuzz_u8(&in);
    const struct tn_service_card_cfg cfg = {
            &disk, names, how & 128 ? TN_SWAP_TEST : TN_SWAP_PERM, tell};

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
    PROMISE((tn_service_card_state() == TN_CARD_INSTALLED) == service.reset_is_due);
    PROMISE(d.nor.violations == 0);
    PROMISE(test_device_boot(&d, false, NULL) == TN_PLAN_RUN);
    PROMISE(test_device_holds(&d, TN_RUNNING, &old) ||
            test_device_holds(&d, TN_RUNNING, &images[0]) ||
            test_device_holds(&d, TN_RUNNING, &images[2]));
    return 0;
}
