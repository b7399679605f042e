// SPDX-License-Identifier: Apache-2.0
// A whole device in memory for tests: flash with the rules of a NOR flash, slots, keys, a loader.
//
// Its signature algorithm replaces P-256 in tests with thousands of boots. It checks key, hash and
// length as strictly, and costs one hash.
#ifndef TN_TEST_SUPPORT_DEVICE_H
#define TN_TEST_SUPPORT_DEVICE_H

#include "boot/mark.h"
#include "boot/settle.h"
#include "image/key_list.h"
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

// Small slots with sectors of 1 KiB. The trailer fits in one sector.
extern const struct test_shape small_shape;

struct test_device {
    struct tn_nor nor;
    struct tn_flash_run run;
    struct tn_slots slots;
    enum tn_place ran;  // where the image that the last boot started lies
    uint8_t mem[DEVICE_FLASH_MAX];
};

// An image, as its file holds it.
struct test_image {
    uint8_t bytes[IMAGE_MAX];
    uint32_t len;
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_LEN];  // the hash in its TLV
    uint8_t sha[TN_HASH_LEN];   // of the whole file
};

// Defects and differences that an image may have.
enum test_twist {
    TWIST_NONE,
    TWIST_UNSIGNED,
    TWIST_FOREIGN_KEY,
    TWIST_BAD_SIGNATURE,
    TWIST_BAD_HASH,
};

extern const struct tn_sig_alg test_sig;
extern const struct tn_trust test_trust;  // TEST_KEY alone

// Keys of every role.
enum test_key {
    TEST_KEY,  // signs all images, unless a test chooses another one
    TEST_KEY_OTHER,
    TEST_KEY_LISTS,
    TEST_KEY_LISTS_TOO,
    TEST_KEY_IMAGE_0,
    TEST_KEY_IMAGE_1,
    TEST_KEYS,
};

extern const struct tn_key test_keys[TEST_KEYS + 1];

struct test_list {
    uint8_t bytes[TN_KEY_LIST_MAX + 64];
    uint32_t len;
};

// Makes a key list that names all test keys. revoked: bit i revokes test_keys[i].
void test_list_make(struct test_list *ret, uint32_t number, enum test_key signer, uint32_t revoked);

// Signs what a test has changed; the length stays.
void test_list_sign(struct test_list *l, enum test_key signer);

// Makes an erased device.
void test_device_init(struct test_device *d, const struct test_shape *shape);

// Makes version major.0.0, with payload bytes that depend on the version.
void test_image_make(
        struct test_image *img, uint8_t major, uint32_t payload, enum test_twist twist);

// The same, with header flags and a load address.
void test_image_make_for(struct test_image *img, uint8_t major, uint32_t payload, uint32_t flags,
        uint32_t load_addr);

// The same, with a security counter above 0.
void test_image_make_counted(
        struct test_image *img, uint8_t major, uint32_t payload, uint32_t counter);

// The same; it needs another image in version least.0.0 (0: it does not).
void test_image_make_needing(
        struct test_image *img, uint8_t major, uint32_t payload, uint8_t image, uint8_t least);

// The same, signed with another key; list: a key list that it brings, or NULL.
void test_image_make_by(struct test_image *img, uint8_t major, uint32_t payload, enum test_key key,
        const struct test_list *list);

// The clear form of an image that is encrypted with AES-128, whose last TLV, of this type, holds
// its wrapped key. flags: besides that of the encryption.
void test_image_make_encrypted(struct test_image *img, uint8_t major, uint32_t payload,
        uint32_t flags, uint32_t load_addr, uint16_t type, const uint8_t *wrapped, uint16_t len);

// Writes an image's bytes to a place as a programmer would: without flash rules and trailer.
void test_device_place(struct test_device *d, enum tn_place place, const struct test_image *img);

// Powers the device on and boots. Returns the loader's last action: RUN or RECOVER. *ret_error, if
// not NULL, is the last error of a step.
enum tn_plan_action test_device_boot(struct test_device *d, bool recovery, int *ret_error);

// True if the whole image lies in this place.
bool test_device_holds(
        const struct test_device *d, enum tn_place place, const struct test_image *img);

// Requests a swap as an application would. Returns the result of tn_boot_request.
int test_device_request(struct test_device *d, enum tn_swap_type type);

#endif
