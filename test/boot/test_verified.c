// SPDX-License-Identifier: Apache-2.0
// The verified mark: when a signature is not checked, when it is checked all the same, and cuts.
// The sectors behind the slots are the mark's area, the key lists' and the log.
#include "boot/verified.h"

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/keyring.h"
#include "support/device.h"
#include "test.h"

enum {
    PAYLOAD = 2500,
    SECTOR = 1024,
    MARK_AT = 25 * SECTOR,  // behind the slots of small_shape
    LISTS_AT = MARK_AT + SECTOR,
    LOG_AT = LISTS_AT + 2 * SECTOR,
    RAM_ADDR = 0x20001000,
    // Places in the mark, SPEC.md.
    MARK_PLACE = 4,
    MARK_NUMBER = 8,
    MARK_KEY = 16,
};

static struct test_device device;
static struct tn_area mark_area;
static struct tn_area list_area;
static struct tn_area log_area;
static struct tn_policy policy;
static struct tn_keyring ring;
static struct tn_key table[TEST_KEYS + 1];
static struct tn_trust trust;
static struct tn_verified verified;
static struct tn_boot last_boot;
static const struct tn_strategy *strategy;
static unsigned checks;  // signatures of images, since the last boot began
static unsigned locks;   // calls, since then
static bool lock_fails;
static uint8_t at_lock[SECTOR];  // the mark's sector when it was locked

static struct test_image one;
static struct test_image two;
static struct test_list list;

static uint8_t *mark(void) {
    return device.mem + MARK_AT;
}

static bool has_mark(void) {
    return mark()[0] == 'T';
}

static uint32_t count(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    checks += key->role == TN_KEY_FOR_IMAGES;
    return test_sig.verify(key, hash, hash_len, sig, sig_len);
}

static const struct tn_sig_alg counted = {TN_TLV_ECDSA_SIG, TN_KEY_P256, count};
static const struct tn_sig_alg *const algs[] = {&counted};

static int lock(void) {
    locks++;
    memcpy(at_lock, mark(), SECTOR);
    return lock_fails ? TN_EIO : 0;
}

static void begin(void) {
    test_device_init(&device, &small_shape);
    device.run.count += 5;
    tn_nor_init(&device.nor, device.mem, &device.run, 1, 4, 0xff);
    mark_area = (struct tn_area){&device.nor.flash, MARK_AT, SECTOR};
    list_area = (struct tn_area){&device.nor.flash, LISTS_AT, 2 * SECTOR};
    log_area = (struct tn_area){&device.nor.flash, LOG_AT, 2 * SECTOR};
    trust = test_trust;
    trust.algs = algs;
    trust.keys = table;
    trust.other = &verified.other;
    ring = (struct tn_keyring){.trust = &trust,
            .built_in = test_keys,
            .keys = table,
            .nkeys = TN_LEN(table),
            .area = &list_area};
    strategy = &tn_swap_offset;
    lock_fails = false;
}

// What a reset leaves of the loader's RAM: nothing.
static enum tn_plan_action boot_with(bool recovery) {
    static const struct tn_rule *const rules[] = {
            &tn_keep_outcomes, &tn_take_key_lists, &tn_mark_verified};

    checks = 0;
    locks = 0;
    verified = (struct tn_verified){.other = {.look_at = tn_verified_look_at},
            .area = &mark_area,
            .lock = lock,
            .keyring = &ring};
    last_boot = (struct tn_boot){.slots = &device.slots,
            .strategy = strategy,
            .trust = &trust,
            .view.recovery = recovery};
    policy = (struct tn_policy){.rules = rules,
            .nrules = TN_LEN(rules),
            .area = &log_area,
            .keyring = &ring,
            .attempts = 1};
    tn_keyring_open(&ring, &device.slots);
    tn_policy_settle(&policy, &last_boot);
    return last_boot.plan.action;
}

static enum tn_plan_action go_on(void) {
    return boot_with(false);
}

static enum tn_plan_action boot(void) {
    tn_nor_power_on(&device.nor);
    return go_on();
}

// Boots. The image runs, after this many checks of a signature.
static void runs(unsigned want) {
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(checks, want);
    CHECK_EQ(locks, 1);
    CHECK_EQ(device.nor.violations, 0);
    CHECK_MEM(mark(), at_lock, SECTOR);  // nothing is written behind the lock
}

// A device with a marked image.
static void place_marked(void) {
    begin();
    test_image_make(&one, 1, PAYLOAD, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    runs(1);
    CHECK(has_mark());
}

TEST(a_signature_is_checked_once) {
    place_marked();
    for (int i = 0; i < 3; i++) {
        runs(0);
        CHECK_EQ(device.nor.ops, 0);
    }
}

TEST(what_is_not_genuine_gets_no_mark) {
    static const enum test_twist twists[] = {
            TWIST_UNSIGNED, TWIST_FOREIGN_KEY, TWIST_BAD_SIGNATURE, TWIST_BAD_HASH};

    for (size_t i = 0; i < TN_LEN(twists); i++) {
        begin();
        test_image_make(&one, 1, PAYLOAD, twists[i]);
        test_device_place(&device, TN_RUNNING, &one);
        CHECK_EQ(boot(), TN_PLAN_RECOVER);
        CHECK(tn_area_is_erased(&mark_area, 0, SECTOR));
    }
}

TEST(another_image_is_checked_and_marked) {
    static uint8_t before[TN_VERIFIED_LEN];

    place_marked();
    memcpy(before, mark(), sizeof(before));
    test_image_make(&two, 2, PAYLOAD, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &two);
    runs(1);
    CHECK(memcmp(before, mark(), sizeof(before)) != 0);
    runs(0);
}

// The mark says nothing about other bytes than those that were hashed.
TEST(no_byte_of_a_marked_image_can_be_changed) {
    place_marked();
    uint32_t hashed = one.hdr.hdr_size + one.hdr.img_size;
    for (uint32_t at = 0; at < hashed; at += 7) {
        device.mem[at] ^= 0x20;
        CHECK_EQ(boot(), TN_PLAN_RECOVER);
        device.mem[at] ^= 0x20;
    }
    runs(0);
    test_image_make(&two, 2, PAYLOAD, TWIST_BAD_SIGNATURE);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(checks, 1);
}

TEST(a_mark_with_any_other_byte_is_none) {
    static uint8_t good[TN_VERIFIED_LEN];

    place_marked();
    memcpy(good, mark(), sizeof(good));
    for (uint32_t at = 0; at < TN_VERIFIED_LEN; at++) {
        mark()[at] ^= (uint8_t)(1u << at % 8);
        runs(1);
        CHECK_MEM(mark(), good, sizeof(good));  // it is written anew
        runs(0);
    }
    memset(mark(), 0xff, SECTOR);
    runs(1);
    memset(mark(), 0, SECTOR);
    runs(1);
    runs(0);
    // What cannot be read is none, either: no area at all.
    mark_area.size = 0;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(checks, 1);
}

// The same bytes, signed by nobody, in the spare slot.
TEST(the_mark_is_for_one_place) {
    place_marked();
    test_image_make(&two, 1, PAYLOAD, TWIST_BAD_SIGNATURE);
    CHECK_MEM(two.hash, one.hash, TN_HASH_LEN);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_PERM), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK_EQ(tn_boot_reason(&last_boot, TN_CANDIDATE), TN_ESIG);
    // The mark's own place, in what a mark is compared with.
    CHECK_EQ(tn_get_le16(mark() + MARK_PLACE), TN_RUNNING);
}

// The same bytes again, and the key's hash, which nobody signs, is that of another trusted key.
TEST(the_mark_is_for_one_key) {
    place_marked();
    uint32_t at = one.hdr.hdr_size + one.hdr.img_size;
    while (memcmp(device.mem + at, test_keys[TEST_KEY].hash, TN_HASH_LEN) != 0) {
        at++;
    }
    CHECK_MEM(mark() + MARK_KEY, test_keys[TEST_KEY].hash, TN_HASH_LEN);
    memcpy(device.mem + at, test_keys[TEST_KEY_OTHER].hash, TN_HASH_LEN);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(checks, 1);
    memset(device.mem + at, 0x77, TN_HASH_LEN);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(tn_boot_reason(&last_boot, TN_RUNNING), TN_EKEY);
}

// ---- Key lists ---------------------------------------------------------------------------------

static void put_list(uint32_t number, uint32_t revoked) {
    test_list_make(&list, number, TEST_KEY_LISTS, revoked);
    memset(device.mem + LISTS_AT, 0xff, 2 * SECTOR);
    memcpy(device.mem + LISTS_AT, list.bytes, list.len);
    memcpy(device.mem + LISTS_AT + SECTOR, list.bytes, list.len);
}

TEST(the_mark_is_for_one_key_list) {
    place_marked();
    CHECK_EQ(tn_get_le32(mark() + MARK_NUMBER), 0);
    put_list(1, 1u << TEST_KEY_OTHER);
    runs(1);
    CHECK_EQ(tn_get_le32(mark() + MARK_NUMBER), 1);
    runs(0);
    // No number alone, and no revocation alone.
    put_list(2, 1u << TEST_KEY_OTHER);
    runs(1);
    put_list(2, 1u << TEST_KEY_OTHER | 1u << TEST_KEY_IMAGE_0);
    runs(1);
    put_list(3, 1u << TEST_KEY);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    memset(device.mem + LISTS_AT, 0xff, 2 * SECTOR);
    runs(1);
}

TEST(a_list_that_is_taken_is_in_the_mark) {
    begin();
    test_list_make(&list, 4, TEST_KEY_LISTS, 1u << TEST_KEY_OTHER);
    test_image_make_by(&one, 1, PAYLOAD, TEST_KEY, &list);
    test_device_place(&device, TN_RUNNING, &one);
    runs(2);  // once more under the new list
    CHECK_EQ(ring.number, 4);
    CHECK_EQ(tn_get_le32(mark() + MARK_NUMBER), 4);
    runs(0);
}

// Marked under the old list, and confirmed: the trial under the new one looks at no mark.
TEST(a_list_is_tried_without_the_mark) {
    place_marked();
    test_list_make(&list, 4, TEST_KEY_LISTS, 1u << TEST_KEY_OTHER);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, &list);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    ring.area = NULL;  // the mark is written, and the list waits
    runs(1);
    CHECK_EQ(tn_get_le32(mark() + MARK_NUMBER), 0);
    runs(0);
    ring.area = &list_area;
    runs(1);  // the mark tells that it is genuine; the list is tried by the signature
    CHECK_EQ(ring.number, 4);
    runs(1);  // the mark was of no list
    runs(0);
}

// ---- Updates -----------------------------------------------------------------------------------

static void request_update(void) {
    test_image_make(&two, 2, PAYLOAD + 300, TWIST_NONE);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
}

TEST(an_update_and_a_revert_void_the_mark) {
    place_marked();
    request_update();
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(checks, 1);
    CHECK(!has_mark());  // it was checked in the spare slot, not where it runs
    runs(1);             // the revert
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK(!has_mark());
    runs(1);
    runs(0);
    request_update();
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    runs(1);
    runs(0);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
}

// The mark of an image that is no longer whole is gone before the first byte moves.
TEST(the_mark_goes_before_anything_else_changes) {
    static uint8_t slots[25 * SECTOR];
    bool is_void = false;

    for (uint32_t at = 1;; at++) {
        place_marked();
        request_update();
        memcpy(slots, device.mem, sizeof(slots));
        tn_nor_power_on(&device.nor);
        device.nor.cut_at = at;
        device.nor.cut = TN_NOR_CUT_AFTER;
        go_on();
        CHECK(device.nor.dead);
        if (memcmp(device.mem, slots, sizeof(slots)) != 0) {
            break;
        }
        is_void = !has_mark();
    }
    CHECK(is_void);
}

// Recovery may write the slots. An image that comes back with a wrong signature does not run.
TEST(recovery_voids_the_mark) {
    place_marked();
    tn_nor_power_on(&device.nor);
    CHECK_EQ(boot_with(true), TN_PLAN_RECOVER);
    CHECK_EQ(locks, 0);
    tn_verified_close(&verified);
    CHECK_EQ(locks, 1);
    CHECK(tn_area_is_erased(&mark_area, 0, SECTOR));
    uint32_t ops = device.nor.ops;
    tn_verified_close(&verified);
    CHECK_EQ(device.nor.ops, ops);
    test_image_make(&two, 1, PAYLOAD, TWIST_BAD_SIGNATURE);
    CHECK_MEM(two.hash, one.hash, TN_HASH_LEN);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(checks, 1);
}

// A server in recovery has the loader's trust.
TEST(only_the_boot_believes_the_mark) {
    place_marked();
    tn_nor_power_on(&device.nor);
    CHECK_EQ(go_on(), TN_PLAN_RUN);
    CHECK_EQ(checks, 0);
    struct tn_verify v;
    tn_slots_source(&device.slots, TN_RUNNING, &v.src);
    tn_verify_begin(&v, &trust, false);
    while (tn_verify_step(&v) == TN_MORE) {
    }
    CHECK_EQ(tn_verify_result(&v), TN_GENUINE);
    CHECK_EQ(checks, 1);
}

TEST(a_boot_without_the_lock_leaves_no_mark) {
    place_marked();
    lock_fails = true;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(tn_area_is_erased(&mark_area, 0, SECTOR));
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(checks, 1);
    CHECK(tn_area_is_erased(&mark_area, 0, SECTOR));
    tn_verified_close(&verified);
    lock_fails = false;
    runs(1);
    runs(0);
}

TEST(a_loader_of_several_images_has_no_mark) {
    place_marked();
    device.slots.image = 1;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(checks, 1);
    CHECK_EQ(locks, 0);
}

TEST(without_keyring_the_mark_works_too) {
    place_marked();
    trust.keys = test_trust.keys;
    for (unsigned want = 0; want < 2; want++) {
        static const struct tn_rule *const rules[] = {&tn_mark_verified};
        checks = 0;
        verified.keyring = NULL;
        verified.is_locked = false;
        last_boot = (struct tn_boot){.slots = &device.slots, .strategy = strategy, .trust = &trust};
        policy = (struct tn_policy){.rules = rules, .nrules = 1};
        tn_policy_settle(&policy, &last_boot);
        CHECK_EQ(last_boot.plan.action, TN_PLAN_RUN);
        CHECK_EQ(checks, 0);  // number 0 and no revocation, as before
    }
}

// ---- Power cuts --------------------------------------------------------------------------------

// If the area has a mark of these bytes, this image is in place, whole.
static void mark_is_true(const struct test_image *img, const uint8_t *of) {
    CHECK(memcmp(mark(), of, TN_VERIFIED_LEN) != 0 ||
            memcmp(device.mem, img->bytes, img->hdr.hdr_size + img->hdr.img_size) == 0);
}

// Cut at every operation of an update and of its first start, three ways; and again in the boot
// that goes on.
TEST(a_cut_anywhere_leaves_no_mark_of_another_image) {
    static uint8_t marks[2][TN_VERIFIED_LEN];
    uint32_t cuts = 0;
    bool is_over = false;

    place_marked();
    memcpy(marks[0], mark(), TN_VERIFIED_LEN);
    request_update();
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    runs(1);
    memcpy(marks[1], mark(), TN_VERIFIED_LEN);
    CHECK(has_mark());
    for (uint32_t at = 1; !is_over; at++) {
        for (uint32_t seed = 0; seed < 9; seed++) {
            place_marked();
            request_update();
            tn_nor_power_on(&device.nor);
            device.nor.cut_at = at;
            device.nor.cut = (enum tn_nor_cut)(seed % 3);
            device.nor.seed = seed + at * 1000;
            go_on();
            is_over = !device.nor.dead;
            cuts += !is_over;
            mark_is_true(&one, marks[0]);
            mark_is_true(&two, marks[1]);
            tn_nor_power_on(&device.nor);
            device.nor.cut_at = 1 + (at + seed) % 40;
            device.nor.cut = (enum tn_nor_cut)(seed / 3);
            device.nor.seed = seed;
            go_on();
            mark_is_true(&one, marks[0]);
            mark_is_true(&two, marks[1]);
            for (int i = 0; i < 3; i++) {  // on test, reverted, marked
                CHECK_EQ(boot(), TN_PLAN_RUN);
                mark_is_true(&one, marks[0]);
                mark_is_true(&two, marks[1]);
                CHECK_EQ(device.nor.violations, 0);
            }
            runs(0);
        }
    }
    CHECK(cuts > 200);
}

// A mark that is torn is written again, whatever is left of it.
TEST(a_torn_mark_is_none) {
    unsigned torn = 0;

    for (uint32_t seed = 0; seed < 60; seed++) {
        place_marked();
        memset(mark(), 0xff, SECTOR);
        tn_nor_power_on(&device.nor);
        device.nor.cut_at = 1;
        device.nor.cut = TN_NOR_CUT_TORN;
        device.nor.seed = seed;
        go_on();
        CHECK(device.nor.dead);
        torn += !tn_area_is_erased(&mark_area, 0, SECTOR) || has_mark();
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(checks, 1);
        runs(0);
    }
    CHECK(torn > 20);
}

// ---- Other strategies --------------------------------------------------------------------------

TEST(direct_xip_marks_what_runs) {
    begin();
    device.slots.layout = &tn_layout_direct_xip;
    strategy = &tn_direct_xip;
    test_image_make(&one, 1, PAYLOAD, TWIST_NONE);
    test_image_make(&two, 2, PAYLOAD, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &one);
    runs(1);
    runs(0);
    test_device_place(&device, TN_CANDIDATE, &two);
    runs(1);
    CHECK_EQ(last_boot.plan.place, TN_CANDIDATE);
    runs(0);
    CHECK_EQ(last_boot.plan.place, TN_CANDIDATE);
    device.mem[12 * SECTOR + 40] ^= 1;
    runs(1);
    CHECK_EQ(last_boot.plan.place, TN_RUNNING);
}

TEST(loading_to_ram_is_no_update) {
    static uint8_t ram_mem[16 * 1024];
    static struct tn_ram_window ram = {.mem = ram_mem, .addr = RAM_ADDR, .size = sizeof(ram_mem)};

    begin();
    device.slots.layout = &tn_layout_ram_load;
    device.slots.ram = &ram;
    strategy = &tn_ram_load;
    test_image_make_for(&one, 1, PAYLOAD, TN_IMAGE_RAM_LOAD, RAM_ADDR);
    test_device_place(&device, TN_RUNNING, &one);
    for (unsigned i = 0; i < 3; i++) {
        ram.place = 0;
        runs(!i);
        CHECK_EQ(last_boot.plan.place, TN_PLACE_STAGED);
    }
}
