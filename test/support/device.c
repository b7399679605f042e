// SPDX-License-Identifier: Apache-2.0
#include "support/device.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"

enum {
    HDR = 32,
    STEPS_MAX = 100000,  // a loader that needs more steps hangs
};

const struct test_shape small_shape = {1024, 12, 13, 4, 8, 0xff};

static const uint8_t points[TEST_KEYS][64] = {{1, 2, 3}, {4}, {5}, {6}, {7}, {8}};
static const uint8_t names[TEST_KEYS][TN_HASH_LEN] = {
        {0xca, 0xfe}, {0xca, 0xff}, {0x11}, {0x12}, {0x20}, {0x21}};

#define KEY(i, role)                                                                               \
    { TN_KEY_P256, (role), sizeof(points[i]), names[i], points[i] }
const struct tn_key test_keys[TEST_KEYS + 1] = {
        [TEST_KEY] = KEY(TEST_KEY, TN_KEY_FOR_IMAGES),
        [TEST_KEY_OTHER] = KEY(TEST_KEY_OTHER, TN_KEY_FOR_IMAGES),
        [TEST_KEY_LISTS] = KEY(TEST_KEY_LISTS, TN_KEY_FOR_LISTS),
        [TEST_KEY_LISTS_TOO] = KEY(TEST_KEY_LISTS_TOO, TN_KEY_FOR_LISTS),
        [TEST_KEY_IMAGE_0] = KEY(TEST_KEY_IMAGE_0, TN_KEY_FOR_IMAGE),
        [TEST_KEY_IMAGE_1] = KEY(TEST_KEY_IMAGE_1, TN_KEY_FOR_IMAGE + 1),
};

static void sign(const uint8_t *key, const uint8_t *hash, uint8_t *ret_sig) {
    struct tn_hash h;

    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, key, 64);
    tn_hash_add(&h, hash, TN_HASH_LEN);
    tn_hash_end(&h, ret_sig);
}

// Its time does not depend on where the bytes differ. A fuzzer watches memcmp, and would soon write
// the signature itself.
static bool is_same(const uint8_t *a, const uint8_t *b) {
    unsigned differ = 0;

    for (int i = 0; i < TN_HASH_LEN; i++) {
        differ |= a[i] ^ b[i];
    }
    return !differ;
}

static uint32_t verify(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    uint8_t want[TN_HASH_LEN];

    sign(key->bytes, hash, want);
    return hash_len == TN_HASH_LEN && sig_len == sizeof(want) && is_same(sig, want) ? TN_GENUINE
                                                                                    : 0;
}

const struct tn_sig_alg test_sig = {TN_TLV_ECDSA_SIG, TN_KEY_P256, verify};
static const struct tn_sig_alg *const algs[] = {&test_sig};
static const struct tn_key keys[] = {KEY(TEST_KEY, TN_KEY_FOR_IMAGES), {0}};
const struct tn_trust test_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = 1, .keys = keys};

void test_device_init(struct test_device *d, const struct test_shape *shape) {
    uint32_t primary = shape->primary * shape->sector;
    uint32_t secondary = shape->secondary * shape->sector;

    memset(d, 0, sizeof(*d));
    memset(d->mem, shape->erased, sizeof(d->mem));
    d->run = (struct tn_flash_run){shape->sector, shape->primary + shape->secondary};
    tn_nor_init(&d->nor, d->mem, &d->run, 1, shape->unit, shape->erased);
    d->slots.area[TN_PRIMARY] = (struct tn_area){&d->nor.flash, 0, primary};
    d->slots.area[TN_SECONDARY] = (struct tn_area){&d->nor.flash, primary, secondary};
    d->slots.layout = &tn_layout_swap_offset;
    d->slots.max_sectors = (uint16_t)shape->secondary;
    d->slots.max_align = shape->align;
    d->slots.magic = tn_trailer_magic(d->slots.max_align);
}

static uint8_t *put_tlv(uint8_t *p, uint16_t type, const void *data, uint16_t len) {
    tn_put_le16(p, type);
    tn_put_le16(p + 2, len);
    memcpy(p + 4, data, len);
    return p + 4 + len;
}

// What the protected TLV area holds; all 0: nothing.
struct protected {
    uint32_t counter;
    uint8_t image;                 // that it needs
    uint8_t least;                 // in this major version; 0: none
    enum test_key key;             // that signs
    const struct test_list *list;  // NULL: none
};

// The protected area. Returns its length.
static uint16_t put_protected(uint8_t *area, const struct protected *p) {
    uint8_t raw[12] = {0};
    uint8_t *end = area + TN_TLV_INFO_LEN;

    if (p->counter) {
        tn_put_le32(raw, p->counter);
        end = put_tlv(end, TN_TLV_SEC_CNT, raw, 4);
    }
    if (p->least) {
        memset(raw, 0, sizeof(raw));
        raw[0] = p->image;
        raw[4] = p->least;
        end = put_tlv(end, TN_TLV_DEPENDENCY, raw, sizeof(raw));
    }
    if (p->list) {
        end = put_tlv(end, TN_TLV_KEY_LIST, p->list->bytes, (uint16_t)p->list->len);
    }
    if (!p->counter && !p->least && !p->list) {
        return 0;
    }
    tn_put_le16(area, TN_TLV_MAGIC_PROTECTED);
    tn_put_le16(area + 2, (uint16_t)(end - area));
    return (uint16_t)(end - area);
}

static void make(struct test_image *img, uint8_t major, uint32_t payload, enum test_twist twist,
        uint32_t flags, uint32_t load_addr, struct protected protected) {
    struct tn_hash h;
    uint8_t sig[TN_HASH_LEN];
    uint8_t name[TN_HASH_LEN];

    memset(img, 0, sizeof(*img));
    img->hdr.hdr_size = HDR;
    img->hdr.img_size = payload;
    img->hdr.version.major = major;
    img->hdr.flags = flags;
    img->hdr.load_addr = load_addr;
    for (uint32_t i = 0; i < payload; i++) {
        img->bytes[HDR + i] = (uint8_t)(i * 7 + (i >> 8) + major * 31u);
    }
    uint8_t *area = img->bytes + HDR + payload;
    img->hdr.protect_tlv_size = put_protected(area, &protected);
    area += img->hdr.protect_tlv_size;
    tn_image_hdr_put(img->bytes, &img->hdr);
    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, img->bytes, (size_t)(area - img->bytes));
    tn_hash_end(&h, img->hash);
    sign(points[protected.key], img->hash, sig);
    memcpy(name, names[protected.key], sizeof(name));
    name[2] ^= twist == TWIST_FOREIGN_KEY;
    sig[5] ^= twist == TWIST_BAD_SIGNATURE;
    img->hash[7] ^= twist == TWIST_BAD_HASH;

    uint8_t *p = put_tlv(area + 4, TN_TLV_SHA256, img->hash, sizeof(img->hash));
    if (twist != TWIST_UNSIGNED) {
        p = put_tlv(p, TN_TLV_KEYHASH, name, sizeof(name));
        p = put_tlv(p, TN_TLV_ECDSA_SIG, sig, sizeof(sig));
    }
    tn_put_le16(area, TN_TLV_MAGIC);
    tn_put_le16(area + 2, (uint16_t)(p - area));
    img->len = (uint32_t)(p - img->bytes);
    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, img->bytes, img->len);
    tn_hash_end(&h, img->sha);
}

void test_image_make(
        struct test_image *img, uint8_t major, uint32_t payload, enum test_twist twist) {
    make(img, major, payload, twist, 0, 0, (struct protected){0});
}

void test_image_make_for(struct test_image *img, uint8_t major, uint32_t payload, uint32_t flags,
        uint32_t load_addr) {
    make(img, major, payload, TWIST_NONE, flags, load_addr, (struct protected){0});
}

void test_image_make_counted(
        struct test_image *img, uint8_t major, uint32_t payload, uint32_t counter) {
    make(img, major, payload, TWIST_NONE, 0, 0, (struct protected){.counter = counter});
}

void test_image_make_needing(
        struct test_image *img, uint8_t major, uint32_t payload, uint8_t image, uint8_t least) {
    make(img, major, payload, TWIST_NONE, 0, 0, (struct protected){.image = image, .least = least});
}

void test_image_make_by(struct test_image *img, uint8_t major, uint32_t payload, enum test_key key,
        const struct test_list *list) {
    make(img, major, payload, TWIST_NONE, 0, 0, (struct protected){.key = key, .list = list});
}

void test_list_sign(struct test_list *l, enum test_key signer) {
    uint8_t digest[TN_HASH_LEN];
    size_t len = l->len - TN_HASH_LEN;
    struct tn_hash h;

    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, l->bytes, len);
    tn_hash_end(&h, digest);
    sign(points[signer], digest, l->bytes + len);
}

void test_list_make(
        struct test_list *ret, uint32_t number, enum test_key signer, uint32_t revoked) {
    uint8_t *p = ret->bytes;

    memset(ret, 0, sizeof(*ret));
    memcpy(p, "TNkl", 4);
    p[4] = 1;
    p[5] = TEST_KEYS;
    tn_put_le16(p + 6, TN_HASH_LEN);
    tn_put_le32(p + 8, number);
    memcpy(p + 12, names[signer], TN_HASH_LEN);
    p += TN_KEY_LIST_HEAD;
    for (int i = 0; i < TEST_KEYS; i++, p += TN_KEY_LIST_ENTRY) {
        memcpy(p, names[i], TN_HASH_LEN);
        p[32] = test_keys[i].role;
        p[33] = revoked >> i & 1;
    }
    ret->len = (uint32_t)(p - ret->bytes) + TN_HASH_LEN;
    test_list_sign(ret, signer);
}

void test_image_make_encrypted(struct test_image *img, uint8_t major, uint32_t payload,
        uint32_t flags, uint32_t load_addr, uint16_t type, const uint8_t *wrapped, uint16_t len) {
    make(img, major, payload, TWIST_NONE, flags | TN_IMAGE_ENCRYPTED_AES128, load_addr,
            (struct protected){0});
    uint8_t *info = img->bytes + HDR + payload;
    uint8_t *end = put_tlv(img->bytes + img->len, type, wrapped, len);
    tn_put_le16(info + 2, (uint16_t)(end - info));
    img->len = (uint32_t)(end - img->bytes);
}

static uint8_t *place_mem(const struct test_device *d, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&d->slots, place, &src);
    return d->nor.mem + src.area->off + src.off;
}

void test_device_place(struct test_device *d, enum tn_place place, const struct test_image *img) {
    memcpy(place_mem(d, place), img->bytes, img->len);
}

bool test_device_holds(
        const struct test_device *d, enum tn_place place, const struct test_image *img) {
    return memcmp(place_mem(d, place), img->bytes, img->len) == 0;
}

struct watch {
    int error;  // the last error of a plan
    int steps;
};

static int watch(void *ctx, enum tn_moment at, struct tn_boot *b) {
    struct watch *w = ctx;

    if (at == TN_AT_END && b->rc < 0) {
        w->error = b->rc;
    }
    return (at == TN_AT_BEGIN || at == TN_AT_STEP) && w->steps++ > STEPS_MAX;
}

enum tn_plan_action test_device_boot(struct test_device *d, bool recovery, int *ret_error) {
    struct tn_boot b = {.slots = &d->slots,
            .strategy = tn_strategy_of(d->slots.layout),
            .trust = &test_trust,
            .view.recovery = recovery};
    struct watch w = {0};
    int hangs = tn_boot_settle(&b, watch, &w);

    if (ret_error) {
        *ret_error = w.error;
    }
    d->ran = b.plan.place;
    return hangs ? TN_PLAN_VERIFY : b.plan.action;
}

int test_device_request(struct test_device *d, enum tn_swap_type type) {
    int rc;

    while ((rc = tn_boot_request(&d->slots, type)) == TN_MORE) {
    }
    return rc;
}
