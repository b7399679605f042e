// SPDX-License-Identifier: Apache-2.0
// A whole device in memory for tests: flash with a NOR's rules, slots, keys, a loader.
//
// Its signature row stands in for P-256 where thousands of boots are wanted: it is as strict
// about key, hash and length, and costs one hash.
#ifndef TN_TEST_SUPPORT_DEVICE_H
#define TN_TEST_SUPPORT_DEVICE_H

#include "boot/mark.h"
#include "boot/settle.h"
#include "nor.h"
#include "update/update.h"

enum {
    DEVICE_FLASH_MAX = 64 * 1024,
    IMAGE_MAX = 64 * 1024,
};

struct test_shape {
    uint32_t sector;
    uint32_t primary;    // sectors
    uint32_t secondary;  // sectors
    uint16_t unit;
    uint8_t align;
    uint8_t erased;
};

// Small slots of 1 KiB sectors, the trailer in one of them.
extern const struct test_shape small_shape;

struct test_device {
    struct tn_nor nor;
    struct tn_flash_run run;
    struct tn_slots slots;
    enum tn_place ran;  // where the last boot's image runs
    uint8_t mem[DEVICE_FLASH_MAX];
};

// An image as its file is.
struct test_image {
    uint8_t bytes[IMAGE_MAX];
    uint32_t len;
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_LEN];  // its TLV
    uint8_t sha[TN_HASH_LEN];   // of the whole file
};

// What an image may have wrong, or different.
enum test_twist {
    TWIST_NONE,
    TWIST_UNSIGNED,
    TWIST_FOREIGN_KEY,
    TWIST_BAD_SIGNATURE,
    TWIST_BAD_HASH,
};

extern const struct tn_sig_alg test_sig;
extern const struct tn_trust test_trust;

// An erased device.
void test_device_init(struct test_device *d, const struct test_shape *shape);

// major.0.0, with payload bytes that depend on the version.
void test_image_make(
        struct test_image *img, uint8_t major, uint32_t payload, enum test_twist twist);

// The same with header flags and a load address.
void test_image_make_for(struct test_image *img, uint8_t major, uint32_t payload, uint32_t flags,
        uint32_t load_addr);

// The same with a security counter, above 0.
void test_image_make_counted(
        struct test_image *img, uint8_t major, uint32_t payload, uint32_t counter);

// Puts an image's bytes into a place, as a programmer would: no flash rules, no trailer.
void test_device_place(struct test_device *d, enum tn_place place, const struct test_image *img);

// Power on and boot. Returns what the loader ends with: RUN or RECOVER. *ret_error, where not
// NULL: the last error of a step.
enum tn_plan_action test_device_boot(struct test_device *d, bool recovery, int *ret_error);

// True if the image lies whole in this place.
bool test_device_holds(
        const struct test_device *d, enum tn_place place, const struct test_image *img);

// Asks for a swap as an application would. Returns tn_boot_request's end.
int test_device_request(struct test_device *d, enum tn_swap_type type);

#endif
