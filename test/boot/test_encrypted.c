// SPDX-License-Identifier: Apache-2.0
// Encrypted images that must be refused, and what a bad spare slot must not get to see. Cuts of
// power at any place are in test/power.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/encrypted.h"
#include "boot/strategy.h"
#include "support/device.h"
#include "test.h"

enum {
    KEY = 16,
    WRAPPED = 24,
    PAYLOAD = 2600,
    LONG_PAYLOAD = 5200,
    KEY_TLV = TN_TLV_HEAD_LEN + WRAPPED,  // the last TLV
    CELL = 24,
};

// A key as imgtool wraps it: the worked example of test_unwrap.
static uint8_t kek[KEY], key[KEY], wrapped[WRAPPED];
static const struct tn_kw_key kw = {kek, KEY};
static const struct tn_unwrap row = {TN_TLV_ENC_KW, tn_unwrap_kw, &kw};

// Another kind of key, which anyone who knows the device's public key can wrap.
static int unwrap_any(const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret) {
    (void)u;
    if (len != KEY) {
        return TN_EUNWRAP;
    }
    memcpy(ret, data, KEY);
    return KEY;
}

static const struct tn_unwrap any_row = {.tlv = TN_TLV_ENC_X25519_SHA512, .unwrap = unwrap_any};
static const struct tn_unwrap *const rows[] = {&row, &any_row};
static const struct tn_secrets secrets = {&tn_aes_bearssl, rows, TN_LEN(rows)};

static struct test_device d;
static struct test_image running, clear, stored;
static struct tn_boot b;
static struct tn_crypt crypt;
static uint32_t cut_at;  // operation of the flash at which power is lost; 0: never

static void make_device(void) {
    tn_test_hex(kek, KEY, "4dcfe905f5854db0d920db6908bb0890");
    tn_test_hex(key, KEY, "9a9bc7b8ab18a50422441d1c291b1108");
    tn_test_hex(wrapped, WRAPPED, "cb33d941da7d2bdd0422bcef38a9795c8a80fa2c653b8221");
    test_device_init(&d, &small_shape);
    d.slots.encrypted = TN_IMAGE_ENCRYPTED;
    d.slots.key_cell = CELL;
    test_image_make(&running, 1, 900, TWIST_NONE);
    test_device_place(&d, TN_RUNNING, &running);
}

// Encrypts the payload with this key.
static void encrypt(struct test_image *img, const uint8_t *with) {
    tn_aes_bearssl.convert(with, KEY, 0, img->bytes + img->hdr.hdr_size, img->hdr.img_size);
}

// Makes both forms of version 2, with flags besides that of AES-128.
static void make_flagged(uint32_t flags, uint16_t type, const void *data, uint16_t len) {
    test_image_make_encrypted(&clear, 2, PAYLOAD, flags, 0, type, data, len);
    stored = clear;
    encrypt(&stored, key);
}

static void make(uint16_t type, const void *data, uint16_t len) {
    make_flagged(0, type, data, len);
}

static void append_tlv(struct test_image *img, uint16_t type, const uint8_t *data, uint16_t len) {
    uint8_t *info = img->bytes + tn_image_hashed_len(&img->hdr);

    tn_put_le16(img->bytes + img->len, type);
    tn_put_le16(img->bytes + img->len + 2, len);
    memcpy(img->bytes + img->len + TN_TLV_HEAD_LEN, data, len);
    img->len += TN_TLV_HEAD_LEN + (uint32_t)len;
    tn_put_le16(info + 2, (uint16_t)(tn_get_le16(info + 2) + TN_TLV_HEAD_LEN + len));
}

static int step_on(void *ctx, enum tn_moment at, struct tn_boot *boot) {
    unsigned *steps = ctx;

    (void)at, (void)boot;
    return ++*steps > 100000;
}

// Boots after a reset. Returns the last plan.
static enum tn_plan_action boot(void) {
    unsigned steps = 0;

    crypt = (struct tn_crypt){.ops = &tn_encrypted, .secrets = &secrets};
    b = (struct tn_boot){.slots = &d.slots,
            .strategy = tn_strategy_of(d.slots.layout),
            .trust = &test_trust,
            .crypt = &crypt};
    tn_nor_power_on(&d.nor);
    d.nor.cut_at = cut_at;
    CHECK_EQ(tn_boot_settle(&b, step_on, &steps), 0);
    return b.plan.action;
}

// ---- What is refused ---------------------------------------------------------------------

static void no_key(void) {
    make(TN_TLV_ENC_EC256, wrapped, WRAPPED);  // no row is for it
}

static void short_key(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED - 1);
}

static void damaged_key(void) {
    wrapped[5] ^= 1;
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
}

static void of_another_device(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    kek[3] ^= 0x80;
}

static void endless_key(void) {
    static const uint8_t zeros[TN_WRAP_MAX + 1];

    make(TN_TLV_ENC_KW, zeros, sizeof(zeros));
}

static void second_key_fits(void) {
    uint8_t damaged[WRAPPED] = {1};

    make(TN_TLV_ENC_KW, damaged, WRAPPED);
    append_tlv(&stored, TN_TLV_ENC_KW, wrapped, WRAPPED);
}

static void both_flags(void) {
    make_flagged(TN_IMAGE_ENCRYPTED_AES256, TN_TLV_ENC_KW, wrapped, WRAPPED);
}

static void in_clear(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    stored = clear;
}

static void with_another_key(void) {
    static const uint8_t other[KEY] = {7};

    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    stored = clear;
    encrypt(&stored, other);
}

static void no_room_for_key(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    d.slots.key_cell = WRAPPED - 8;
}

static void flag_added(void) {
    test_image_make(&stored, 2, PAYLOAD, TWIST_NONE);
    stored.bytes[16] |= TN_IMAGE_ENCRYPTED_AES128;  // flags, at 16 in the header
    append_tlv(&stored, TN_TLV_ENC_KW, wrapped, WRAPPED);
    encrypt(&stored, key);
}

static void flag_taken(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    stored = clear;
    stored.bytes[16] &= (uint8_t)~TN_IMAGE_ENCRYPTED;
}

static void no_encryption_here(void) {
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    d.slots.encrypted = 0;
}

static const struct refusal {
    const char *name;
    void (*make)(void);
    int error;
} refusals[] = {
        {"no key TLV of a kind that the device has", no_key, TN_EUNWRAP},
        {"a key TLV that is too short", short_key, TN_EUNWRAP},
        {"a damaged key", damaged_key, TN_EUNWRAP},
        {"for another device", of_another_device, TN_EUNWRAP},
        {"a key TLV longer than any", endless_key, TN_EUNWRAP},
        {"only the second key fits", second_key_fits, TN_EUNWRAP},
        {"both flags", both_flags, TN_EFLAGS},
        {"not encrypted", in_clear, TN_EHASH},
        {"encrypted with another key", with_another_key, TN_EHASH},
        {"the trailer's cell is too small", no_room_for_key, TN_ESIZE},
        {"the flag was added", flag_added, TN_EHASH},
        {"the flag was taken away", flag_taken, TN_EHASH},
        {"a device that decrypts nothing", no_encryption_here, TN_EFLAGS},
};

// The request is discarded, with the reason, and what runs is not touched.
TEST(refuses_what_it_cannot_decrypt) {
    for (size_t i = 0; i < TN_LEN(refusals); i++) {
        make_device();
        refusals[i].make();
        test_device_place(&d, TN_CANDIDATE, &stored);
        CHECK_EQ(test_device_request(&d, TN_SWAP_PERM), 0);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        if (tn_boot_reason(&b, TN_CANDIDATE) != refusals[i].error) {
            print_error("%s\n", refusals[i].name);
        }
        CHECK_EQ(tn_boot_reason(&b, TN_CANDIDATE), refusals[i].error);
        CHECK(test_device_holds(&d, TN_RUNNING, &running));
        CHECK_EQ(d.nor.violations, 0);
    }
}

// The same of the whole check of an upload and of what an application sees.
TEST(an_image_with_both_flags_is_none_for_anyone) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    make_device();
    both_flags();
    test_device_place(&d, TN_CANDIDATE, &stored);
    tn_slots_source(&d.slots, TN_CANDIDATE, &src);
    CHECK_EQ(tn_image_open(&src, &hdr), TN_EFLAGS);
}

// ---- What is taken -------------------------------------------------------------------------

static void upgrades(void) {
    test_device_place(&d, TN_CANDIDATE, &stored);
    CHECK_EQ(test_device_request(&d, TN_SWAP_PERM), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_boot_reason(&b, TN_CANDIDATE), 0);
    CHECK(test_device_holds(&d, TN_RUNNING, &clear));
}

TEST(takes_an_encrypted_image) {
    make_device();
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    upgrades();
}

// TLV 0x34 of MCUboot with BOOT_HMAC_SHA512.
TEST(takes_a_key_of_every_kind_that_it_has_a_row_for) {
    make_device();
    make(TN_TLV_ENC_X25519_SHA512, key, KEY);
    upgrades();
}

// The first TLV of a kind that the device has is its key; what others cannot read stays.
TEST(takes_the_first_key_of_its_kinds) {
    make_device();
    make(TN_TLV_ENC_EC256, wrapped, WRAPPED);
    append_tlv(&stored, TN_TLV_ENC_KW, wrapped, WRAPPED);
    append_tlv(&clear, TN_TLV_ENC_KW, wrapped, WRAPPED);
    upgrades();
}

TEST(forgets_its_keys) {
    static const struct tn_image_key none[2];

    make_device();
    make(TN_TLV_ENC_KW, wrapped, WRAPPED);
    upgrades();
    CHECK(crypt.key[1].len == KEY && !memcmp(crypt.key[1].bytes, key, KEY));
    tn_crypt_end(&crypt);
    CHECK_MEM(crypt.key, none, sizeof(crypt.key));
    CHECK_EQ(crypt.opened.key.len, 0);
}

// ---- A spare slot that somebody else writes while power is off ---------------------------------

// An image's stretches that an attacker can write between two boots, once they are in spare flash.
enum attack {
    TAKE_FLAG,   // the header says that nothing is encrypted
    SHORTEN,     // the header says that nearly nothing is
    CHANGE_KEY,  // the key is another one, which the attacker knows
    ATTACKS,
};

static const uint8_t known[KEY] = {0x5a, 1, 2, 3};

static uint8_t *find(const uint8_t *bytes, uint32_t len) {
    const struct tn_area *spare = &d.slots.area[TN_SECONDARY];

    for (uint32_t i = 0; i + len <= spare->size; i++) {
        if (!memcmp(d.mem + spare->off + i, bytes, len)) {
            return d.mem + spare->off + i;
        }
    }
    return NULL;
}

// Changes what it finds of the image that leaves.
static void attack(enum attack what, const struct test_image *img) {
    const uint8_t *last = img->bytes + img->len - TN_TLV_HEAD_LEN - KEY;
    uint8_t *hdr = find(img->bytes, TN_IMAGE_HDR_LEN);
    uint8_t *tlv = find(last, TN_TLV_HEAD_LEN + KEY);

    if (what == CHANGE_KEY && tlv) {
        memcpy(tlv + TN_TLV_HEAD_LEN, known, KEY);
    } else if (what == TAKE_FLAG && hdr) {
        hdr[16] = 0;
    } else if (what == SHORTEN && hdr) {
        tn_put_le32(hdr + 12, 32);
    }
}

// True if the spare slot has bytes of this payload.
static bool leaks(const struct test_image *img) {
    for (uint32_t at = 0; at + 16 <= img->hdr.img_size; at += 64) {
        if (find(img->bytes + img->hdr.hdr_size + at, 16)) {
            return true;
        }
    }
    return false;
}

// The slots of another strategy, with scratch behind them.
static void use_layout(const struct tn_layout *layout) {
    uint32_t sector = small_shape.sector;
    uint32_t n = small_shape.primary;
    bool moves = layout == &tn_layout_swap_move;

    d.slots.layout = layout;
    if (layout == &tn_layout_swap_offset) {
        return;
    }
    d.run.count = 2 * n + 4;
    tn_nor_init(&d.nor, d.mem, &d.run, 1, small_shape.unit, small_shape.erased);
    d.slots.area[TN_PRIMARY].size = (n + moves) * sector;
    d.slots.area[TN_SECONDARY].off = (n + 1) * sector;
    d.slots.area[TN_SECONDARY].size = n * sector;
    d.slots.area[TN_SCRATCH] = (struct tn_area){&d.nor.flash, (2 * n + 1) * sector, 2 * sector};
    CHECK(!tn_slots_fault(&d.slots));
}

// Upgrades from version 1 to 2, or reverts from 2 to 1, with a cut at an operation of the flash, an
// attack, and another boot. False if the cut came too late.
static bool attacked(const struct tn_layout *layout, enum attack what, bool reverts, uint32_t cut) {
    static struct test_image old, solved;
    const struct test_image *leaves = reverts ? &clear : &old;

    make_device();
    use_layout(layout);
    make(TN_TLV_ENC_X25519_SHA512, key, KEY);
    test_image_make_encrypted(&old, 1, LONG_PAYLOAD, 0, 0, TN_TLV_ENC_X25519_SHA512, wrapped, KEY);
    solved = *leaves;
    encrypt(&solved, known);
    test_device_place(&d, TN_RUNNING, &old);
    test_device_place(&d, TN_CANDIDATE, &stored);
    CHECK_EQ(test_device_request(&d, TN_SWAP_TEST), 0);
    if (reverts) {
        boot();
        CHECK(test_device_holds(&d, TN_RUNNING, &clear));
    }
    cut_at = cut;
    boot();
    if (!d.nor.dead) {
        return false;
    }
    cut_at = 0;
    attack(what, leaves);
    boot();
    CHECK(!leaks(leaves));
    CHECK(!leaks(&solved));
    return true;
}

static void attack_everywhere(const struct tn_layout *layout) {
    for (unsigned what = 0; what < ATTACKS; what++) {
        for (unsigned reverts = 0; reverts < 2; reverts++) {
            uint32_t cut = 1 + what % 2;
            while (attacked(layout, (enum attack)what, reverts, cut)) {
                cut += 2;
            }
            CHECK(cut > 50);
        }
    }
}

TEST(what_was_changed_in_the_spare_slot_gives_nothing_away) {
    attack_everywhere(&tn_layout_swap_offset);
    attack_everywhere(&tn_layout_swap_move);
    attack_everywhere(&tn_layout_swap_scratch);
}
