// SPDX-License-Identifier: Apache-2.0
// One slot: an encrypted upload is decrypted in place, and power is cut everywhere.
#include "boot/single_encrypted.h"

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/boot.h"
#include "boot/settle.h"
#include "support/device.h"
#include "test.h"
#include "update/sealed.h"

enum {
    KEY = 16,
    WRAPPED = 24,
    PAYLOAD = 3500,  // the key's TLV lies in the fourth sector
    SECTOR = 1024,
    SLOT = 12 * SECTOR,
    JOURNAL = SLOT + SECTOR,  // behind the copy of a sector
    RUN = 16,                 // bytes in a row that tell a clear form
};

static uint8_t kek[KEY], key[KEY], wrapped[WRAPPED];
static const struct tn_kw_key kw = {kek, KEY};
static const struct tn_unwrap row = {TN_TLV_ENC_KW, tn_unwrap_kw, &kw};
static const struct tn_unwrap *const rows[] = {&row};
static const struct tn_secrets secrets = {&tn_aes_bearssl, rows, TN_LEN(rows)};

static struct test_device d;
static struct test_image clear, stored, other;
static struct tn_boot b;
static struct tn_crypt crypt;

// Both forms of a version.
static void make(uint8_t version, uint32_t payload) {
    test_image_make_encrypted(
            &clear, version, payload, 0, 0, TN_TLV_ENC_KW, wrapped, sizeof(wrapped));
    stored = clear;
    tn_aes_bearssl.convert(key, KEY, 0, stored.bytes + stored.hdr.hdr_size, stored.hdr.img_size);
}

static void begin(void) {
    tn_test_hex(kek, KEY, "4dcfe905f5854db0d920db6908bb0890");
    tn_test_hex(key, KEY, "9a9bc7b8ab18a50422441d1c291b1108");
    tn_test_hex(wrapped, WRAPPED, "cb33d941da7d2bdd0422bcef38a9795c8a80fa2c653b8221");
    test_device_init(&d, &small_shape);
    d.slots.layout = &tn_layout_single_slot;
    d.slots.area[TN_SECONDARY].size = 0;
    d.slots.area[TN_SCRATCH] = (struct tn_area){&d.nor.flash, SLOT, 2 * SECTOR};
    d.slots.encrypted = TN_IMAGE_ENCRYPTED;
    make(2, PAYLOAD);
}

static int step_on(void *ctx, enum tn_moment at, struct tn_boot *boot) {
    unsigned *steps = ctx;

    (void)at, (void)boot;
    return ++*steps > 100000;
}

static enum tn_plan_action boot_with(bool recovery, uint32_t cut_at, enum tn_nor_cut how) {
    unsigned steps = 0;

    crypt = (struct tn_crypt){.ops = &tn_encrypted_single, .secrets = &secrets};
    b = (struct tn_boot){.slots = &d.slots,
            .strategy = &tn_single_slot_encrypted,
            .trust = &test_trust,
            .crypt = &crypt,
            .view.recovery = recovery};
    tn_nor_power_on(&d.nor);
    d.nor.cut_at = cut_at;
    d.nor.cut = how;
    CHECK_EQ(tn_boot_settle(&b, step_on, &steps), 0);
    return b.plan.action;
}

static enum tn_plan_action boot(void) {
    return boot_with(false, 0, TN_NOR_CUT_BEFORE);
}

static bool holds(const struct test_image *img) {
    return memcmp(d.mem, img->bytes, img->len) == 0;
}

static bool is_journal_erased(void) {
    return tn_area_is_erased(&d.slots.area[TN_SCRATCH], SECTOR, SECTOR);
}

static void runs_clear(void) {
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(b.plan.place, TN_RUNNING);
    CHECK_EQ(b.view.verdict[TN_RUNNING], TN_GENUINE);
    CHECK(holds(&clear));
    CHECK(is_journal_erased());
    CHECK_EQ(d.nor.violations, 0);
}

// No clear byte leaves the slot, and its first sector is the last that becomes clear.
static void is_safe(void) {
    uint32_t first = clear.hdr.hdr_size;

    for (uint32_t at = first; at + RUN <= first + clear.hdr.img_size; at += RUN) {
        for (uint32_t to = SLOT; to + RUN <= SLOT + 2 * SECTOR; to++) {
            CHECK(memcmp(d.mem + to, clear.bytes + at, RUN) != 0);
        }
    }
    if (memcmp(d.mem + first, clear.bytes + first, RUN) == 0) {
        CHECK_MEM(d.mem + SECTOR, clear.bytes + SECTOR, clear.len - SECTOR);
    }
}

TEST(an_upload_is_decrypted_and_runs) {
    begin();
    test_device_place(&d, TN_RUNNING, &stored);
    runs_clear();
    CHECK(b.view.swapped);
    for (size_t i = 0; i < sizeof(crypt.key[0]); i++) {
        CHECK_EQ(((const uint8_t *)&crypt.key[0])[i], 0);
    }
    runs_clear();
    CHECK(!b.view.swapped);
    CHECK_EQ(d.nor.ops, 0);
}

TEST(plain_and_clear_images_run_as_they_are) {
    begin();
    test_image_make(&other, 3, PAYLOAD, TWIST_NONE);
    test_device_place(&d, TN_RUNNING, &other);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(d.nor.ops, 0);
    test_device_place(&d, TN_RUNNING, &clear);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(d.nor.ops, 0);
}

TEST(what_is_not_genuine_stays_as_it_is) {
    begin();
    for (uint32_t at = 0; at < stored.len; at += 37) {
        begin();
        test_device_place(&d, TN_RUNNING, &stored);
        d.mem[at] ^= 4;
        CHECK_EQ(boot(), TN_PLAN_RECOVER);
        CHECK_EQ(d.nor.ops, 0);
    }
    begin();
    kek[0] ^= 1;
    test_device_place(&d, TN_RUNNING, &stored);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(tn_boot_reason(&b, TN_PLACE_STAGED), TN_EUNWRAP);
    CHECK_EQ(d.nor.ops, 0);
    begin();
    test_device_place(&d, TN_RUNNING, &stored);
    CHECK_EQ(boot_with(true, 0, TN_NOR_CUT_BEFORE), TN_PLAN_RECOVER);
    CHECK_EQ(d.nor.ops, 0);
}

// At every operation, three ways; and at every operation of the boot that goes on.
static void cut_everywhere(uint32_t payload, uint32_t nested_step) {
    uint32_t cuts = 0;
    bool is_over = false;

    for (uint32_t at = 1; !is_over; at++) {
        for (int how = 0; how < 3 && !is_over; how++) {
            bool inner_over = false;
            for (uint32_t nested = 1; !inner_over && !is_over; nested += nested_step) {
                begin();
                make(2, payload);
                test_device_place(&d, TN_RUNNING, &stored);
                d.nor.seed = at * 100 + nested;
                boot_with(false, at, (enum tn_nor_cut)how);
                is_over = !d.nor.dead;
                is_safe();
                d.nor.seed = at + nested * 77;
                boot_with(nested % 2, nested, (enum tn_nor_cut)((at + nested) % 3));
                inner_over = !d.nor.dead;
                is_safe();
                // Recovery that is asked for comes after what has begun.
                CHECK_EQ(boot_with(true, 0, TN_NOR_CUT_BEFORE), TN_PLAN_RECOVER);
                is_safe();
                runs_clear();
                is_safe();
                cuts++;
            }
        }
    }
    CHECK(cuts > 150);
}

TEST(power_may_fail_at_any_operation) {
    cut_everywhere(PAYLOAD, 3);
}

TEST(power_may_fail_where_the_payload_ends_with_a_sector) {
    cut_everywhere(3 * SECTOR - 32, 5);
}

// The journal of a conversion that did not end, and then another image in the slot.
TEST(a_journal_of_another_image_is_forgotten) {
    for (uint32_t at = 1; at < 40; at++) {
        const struct test_image *next[] = {&clear, &stored, &other};
        for (int kind = 0; kind < 3; kind++) {
            begin();
            test_device_place(&d, TN_RUNNING, &stored);
            boot_with(false, at, TN_NOR_CUT_AFTER);
            make(3, PAYLOAD + 600);
            test_image_make(&other, 4, PAYLOAD, TWIST_NONE);
            memset(d.mem, 0xff, SLOT);
            test_device_place(&d, TN_RUNNING, next[kind]);
            CHECK_EQ(boot(), TN_PLAN_RUN);
            CHECK(holds(kind == 2 ? &other : &clear));
            CHECK(is_journal_erased());
        }
        // The same image again, in either form.
        for (int kind = 0; kind < 2; kind++) {
            begin();
            test_device_place(&d, TN_RUNNING, &stored);
            boot_with(false, at, TN_NOR_CUT_AFTER);
            test_device_place(&d, TN_RUNNING, next[kind]);
            runs_clear();
        }
    }
}

// ---- Uploads ------------------------------------------------------------------------------------

static struct tn_decrypted decrypted;

static int upload(const struct test_image *img) {
    static uint8_t buf[512];
    const struct tn_span sha = {img->sha, sizeof(img->sha)};
    struct tn_update u = {.slots = &d.slots,
            .trust = &test_trust,
            .buf = buf,
            .size = sizeof(buf),
            .open = tn_update_decrypt_single,
            .secrets = &secrets,
            .decrypted = &decrypted};

    CHECK_EQ(tn_update_begin(&u, TN_TO_PRIMARY, img->len, &sha), 0);
    for (uint32_t off = 0; off < img->len && tn_update_is_open(&u); off = tn_update_off(&u)) {
        CHECK(tn_update_write(&u, img->bytes + off, tn_min(256, img->len - off)) > 0);
        while (tn_update_waits(&u)) {
            tn_update_step(&u);
        }
    }
    return tn_update_take_error(&u);
}

static void hash_file(struct test_image *img) {
    struct tn_hash h;

    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, img->bytes, img->len);
    tn_hash_end(&h, img->sha);
}

TEST(recovery_takes_an_encrypted_upload) {
    begin();
    hash_file(&stored);
    CHECK_EQ(upload(&stored), 0);
    CHECK(holds(&stored));
    runs_clear();
    test_image_make(&other, 3, PAYLOAD, TWIST_NONE);
    CHECK_EQ(upload(&other), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(holds(&other));
}

TEST(recovery_refuses_an_upload_for_another_device) {
    begin();
    hash_file(&stored);
    kek[1] ^= 1;
    CHECK_EQ(upload(&stored), TN_EUNWRAP);
    begin();
    stored.bytes[200] ^= 1;
    hash_file(&stored);
    CHECK_EQ(upload(&stored), TN_EHASH);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
}

TEST(the_scratch_area_has_room_for_a_sector_and_the_journal) {
    begin();
    CHECK_EQ(tn_single_scratch_size(&d.slots, SECTOR), 2 * SECTOR);
    CHECK_EQ(tn_single_scratch_size(&d.slots, 4 * SECTOR), 8 * SECTOR);
}
