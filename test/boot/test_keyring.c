// SPDX-License-Identifier: Apache-2.0
// Key lists on a device: taken, refused, waiting, and cut at every flash operation. The sectors
// behind the slots are the list's area and the log.
#include "boot/keyring.h"

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/mark.h"
#include "support/device.h"
#include "test.h"

enum {
    PAYLOAD = 2500,
    SECTOR = 1024,
    AREA_AT = 25 * SECTOR,  // behind the slots of small_shape
    HALF = 2 * SECTOR,
    LOG_AT = AREA_AT + 2 * HALF,
};

#define BIT(key) (1u << (key))

static struct test_device device;
static struct tn_area area;
static struct tn_area log_area;
static struct tn_policy policy;
static struct tn_keyring ring;
static struct tn_key table[TEST_KEYS + 1];
static struct tn_trust trust;
static uint32_t counter;  // the chip's
static bool counter_fails;
static int counter_raises;
static const struct tn_rule *const rules[] = {&tn_take_key_lists, &tn_keep_outcomes};

static struct test_image one;
static struct test_image two;
static struct test_list list;

static int read_counter(const struct tn_counter *c, uint32_t *ret) {
    (void)c;
    *ret = counter;
    return counter_fails ? TN_EIO : 0;
}

static int raise_counter(const struct tn_counter *c, uint32_t value) {
    (void)c;
    if (!device.nor.dead) {
        counter = value;
        counter_raises++;
    }
    return device.nor.dead ? TN_EIO : 0;
}

static const struct tn_counter chip_counter = {read_counter, raise_counter, NULL};

static void begin(void) {
    test_device_init(&device, &small_shape);
    device.run.count += 2 * HALF / SECTOR + 2;
    tn_nor_init(&device.nor, device.mem, &device.run, 1, 4, 0xff);
    area = (struct tn_area){&device.nor.flash, AREA_AT, 2 * HALF};
    log_area = (struct tn_area){&device.nor.flash, LOG_AT, 2 * SECTOR};
    trust = test_trust;
    trust.keys = table;
    ring = (struct tn_keyring){.trust = &trust,
            .built_in = test_keys,
            .keys = table,
            .nkeys = TN_LEN(table),
            .area = &area};
    counter = 0;
    counter_fails = false;
    counter_raises = 0;
}

// A boot of the loader. The flash may be set to lose its power.
static struct tn_boot last_boot;
static enum tn_plan_action go_on(void) {
    last_boot =
            (struct tn_boot){.slots = &device.slots, .strategy = &tn_swap_offset, .trust = &trust};
    policy = (struct tn_policy){.rules = rules,
            .nrules = TN_LEN(rules),
            .area = &log_area,
            .keyring = &ring,
            .attempts = 1};
    tn_keyring_open(&ring, &device.slots);
    tn_policy_settle(&policy, &last_boot);
    return last_boot.plan.action;
}

static enum tn_plan_action boot(void) {
    tn_nor_power_on(&device.nor);
    return go_on();
}

static uint8_t *half(int i) {
    return device.mem + AREA_AT + i * HALF;
}

// True if a half holds the list, whole.
static bool half_has(int i, const struct test_list *l) {
    return memcmp(half(i), l->bytes, l->len) == 0;
}

// A device whose running image brings this list, signed by this key.
static void place(enum test_key key, const struct test_list *l) {
    begin();
    test_image_make_by(&one, 1, PAYLOAD, key, l);
    test_device_place(&device, TN_RUNNING, &one);
}

// Updates to an image by this key, which is confirmed. Returns true if it runs.
static bool update(uint8_t version, enum test_key key, const struct test_list *l) {
    test_image_make_by(&two, version, PAYLOAD, key, l);
    memset(device.mem + device.slots.area[1].off, 0xff, device.slots.area[1].size);
    test_device_place(&device, TN_CANDIDATE, &two);
    tn_nor_power_on(&device.nor);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    if (!test_device_holds(&device, TN_RUNNING, &two)) {
        return false;
    }
    CHECK_EQ(tn_boot_confirm(&device.slots), 0);
    return true;
}

// ---- Taking a list ----------------------------------------------------------------------------

TEST(without_a_list_every_image_key_counts) {
    place(TEST_KEY_OTHER, NULL);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 0);
    CHECK_EQ(ring.revoked, 0);
    CHECK_EQ(device.nor.ops, 0);
    place(TEST_KEY_IMAGE_0, NULL);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    place(TEST_KEY_IMAGE_1, NULL);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    place(TEST_KEY_LISTS, NULL);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
}

TEST(a_list_is_taken_once_and_revokes) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
    CHECK_EQ(ring.waits, 0);
    CHECK(half_has(0, &list) && half_has(1, &list));
    CHECK_EQ(device.nor.violations, 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
    CHECK_EQ(device.nor.ops, 0);
    CHECK(!update(2, TEST_KEY_OTHER, NULL));
    CHECK_EQ(tn_boot_reason(&last_boot, TN_CANDIDATE), TN_EREVOKED);
    CHECK_EQ(policy.log.last.code, TN_OUTCOME_SIGNATURE);
    CHECK_EQ(policy.log.last.reason, TN_EREVOKED);
    CHECK(update(3, TEST_KEY, NULL));
}

TEST(an_image_of_a_revoked_key_does_not_run_in_any_slot) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY_OTHER, NULL);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(tn_boot_reason(&last_boot, TN_RUNNING), TN_EREVOKED);
    device.mem[PAYLOAD / 2] ^= 1;  // damaged besides, and never looked at for its key
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK_EQ(tn_boot_reason(&last_boot, TN_RUNNING), TN_EHASH);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, NULL);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
}

TEST(a_list_of_an_image_on_test_waits_until_it_is_confirmed) {
    place(TEST_KEY, NULL);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY));
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY_OTHER, &list);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(ring.number, 0);
    CHECK(tn_area_is_erased(&area, 0, area.size));
    // Not confirmed: the image before it, by the key that the list revokes, is back and runs.
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK_EQ(ring.number, 0);
    CHECK(update(2, TEST_KEY_OTHER, &list));
    CHECK_EQ(ring.number, 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
    // The list holds for the way back, too.
    test_device_request(&device, TN_SWAP_TEST);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
}

TEST(a_list_that_would_lock_out_the_running_image_waits) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY));
    place(TEST_KEY, &list);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK_EQ(ring.number, 0);
        CHECK_EQ(ring.waits, TN_EBUSY);
        CHECK_EQ(device.nor.ops, 0);
    }
    // The next image is signed by the other key, and brings the list again.
    CHECK(update(2, TEST_KEY_OTHER, &list));
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
}

// The running image is too large to be moved: its request stands, and the image runs.
TEST(nothing_is_taken_after_a_swap_that_failed) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    begin();
    test_image_make_by(&one, 1, 11 * SECTOR + 300, TEST_KEY, &list);
    test_device_place(&device, TN_RUNNING, &one);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, NULL);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(last_boot.view.failed);
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK_EQ(ring.number, 0);
}

TEST(nothing_is_taken_while_a_request_is_carried_out) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, NULL);
    test_device_place(&device, TN_CANDIDATE, &two);
    CHECK_EQ(test_device_request(&device, TN_SWAP_TEST), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK(test_device_holds(&device, TN_RUNNING, &two));
    CHECK_EQ(ring.number, 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);  // the revert
    CHECK(test_device_holds(&device, TN_RUNNING, &one));
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
}

TEST(recovery_takes_nothing) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    last_boot = (struct tn_boot){.slots = &device.slots,
            .strategy = &tn_swap_offset,
            .trust = &trust,
            .view.recovery = true};
    policy = (struct tn_policy){.rules = rules, .nrules = 1, .keyring = &ring};
    tn_keyring_open(&ring, &device.slots);
    tn_policy_settle(&policy, &last_boot);
    CHECK_EQ(last_boot.plan.action, TN_PLAN_RECOVER);
    CHECK_EQ(device.nor.ops, 0);
}

// ---- Hostile lists ----------------------------------------------------------------------------

// Boots with a list in the running image, after list 5 was taken, which revokes TEST_KEY_OTHER.
// Returns why it was not taken.
static int offer(const struct test_list *l) {
    static struct test_list before;

    test_list_make(&before, 5, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &before);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 5);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, l);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(device.nor.violations, 0);
    if (ring.number == 5) {
        CHECK_EQ(device.nor.ops, 0);
        CHECK_EQ(ring.revoked, BIT(TEST_KEY_OTHER));
        CHECK(half_has(0, &before) && half_has(1, &before));
    }
    return ring.waits;
}

static int offer_made(uint32_t number, enum test_key signer, uint32_t revoked) {
    test_list_make(&list, number, signer, revoked);
    return offer(&list);
}

TEST(a_higher_number_is_taken_and_no_other) {
    CHECK_EQ(offer_made(6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0)), 0);
    CHECK_EQ(ring.number, 6);
    CHECK_EQ(offer_made(UINT32_MAX, TEST_KEY_LISTS_TOO, BIT(TEST_KEY_OTHER)), 0);
    CHECK_EQ(ring.number, UINT32_MAX);
    offer_made(5, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0));
    CHECK_EQ(ring.number, 5);
    offer_made(4, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0));
    CHECK_EQ(ring.number, 5);
}

TEST(a_list_by_an_image_key_is_refused) {
    CHECK_EQ(offer_made(6, TEST_KEY, BIT(TEST_KEY_OTHER)), TN_EKEY);
    CHECK_EQ(offer_made(6, TEST_KEY_OTHER, 0), TN_EKEY);
    CHECK_EQ(offer_made(6, TEST_KEY_IMAGE_0, BIT(TEST_KEY_OTHER)), TN_EKEY);
    test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    test_list_sign(&list, TEST_KEY);
    CHECK_EQ(offer(&list), TN_ESIG);
}

TEST(a_revocation_is_not_taken_back) {
    CHECK_EQ(offer_made(6, TEST_KEY_LISTS, 0), TN_ESTATE);
    // Nor by leaving out the key's entry.
    test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    uint8_t *entry = list.bytes + TN_KEY_LIST_HEAD + TEST_KEY_OTHER * TN_KEY_LIST_ENTRY;
    entry[0] ^= 1;
    test_list_sign(&list, TEST_KEY_LISTS);
    CHECK_EQ(offer(&list), TN_ESTATE);
}

TEST(a_list_leaves_an_image_key) {
    uint32_t all = BIT(TEST_KEY) | BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0);

    CHECK_EQ(offer_made(6, TEST_KEY_LISTS, all), TN_ENOSPC);  // that of image 1 is none for this
    CHECK_EQ(offer_made(6, TEST_KEY_LISTS, all & ~BIT(TEST_KEY_IMAGE_0)), TN_EBUSY);
}

TEST(a_revoked_list_key_signs_no_more_lists) {
    static struct test_list next;

    CHECK_EQ(offer_made(6, TEST_KEY_LISTS_TOO, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_LISTS)), 0);
    CHECK_EQ(ring.number, 6);
    test_list_make(&next, 7, TEST_KEY_LISTS_TOO, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_LISTS));
    memcpy(next.bytes + 12, test_keys[TEST_KEY_LISTS].hash, TN_HASH_LEN);
    test_list_sign(&next, TEST_KEY_LISTS);
    test_image_make_by(&two, 3, PAYLOAD, TEST_KEY, &next);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 6);
    CHECK(ring.waits != 0);
    // One that keeps the revocations of list 6, and does not revoke itself, cannot be made. One
    // that leaves its own key out of its entries can.
    test_list_make(&next, 7, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    CHECK_EQ(next.bytes[TN_KEY_LIST_HEAD + TEST_KEY_LISTS * TN_KEY_LIST_ENTRY], 0x11);
    next.bytes[TN_KEY_LIST_HEAD + TEST_KEY_LISTS * TN_KEY_LIST_ENTRY] = 0x99;
    test_list_sign(&next, TEST_KEY_LISTS);
    test_image_make_by(&two, 4, PAYLOAD, TEST_KEY, &next);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 6);
    CHECK(ring.waits == TN_ESTATE || ring.waits == TN_EREVOKED);
}

TEST(a_key_with_another_role_than_the_list_says_is_a_mistake) {
    test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    list.bytes[TN_KEY_LIST_HEAD + TN_HASH_LEN] = TN_KEY_FOR_IMAGE;
    test_list_sign(&list, TEST_KEY_LISTS);
    CHECK_EQ(offer(&list), TN_EINVAL);
}

TEST(keys_that_the_device_does_not_have_do_not_matter) {
    test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_1));
    list.bytes[TN_KEY_LIST_HEAD + TEST_KEY_IMAGE_1 * TN_KEY_LIST_ENTRY] ^= 0x80;
    test_list_sign(&list, TEST_KEY_LISTS);
    CHECK_EQ(offer(&list), 0);
    CHECK_EQ(ring.number, 6);
    CHECK_EQ(ring.revoked, BIT(TEST_KEY_OTHER));
}

// Each byte of the list changed: never taken, and the image runs on.
TEST(no_byte_of_a_list_on_its_way_can_be_changed) {
    for (uint32_t i = 0; i < 300; i++) {
        test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
        if (i < list.len) {
            list.bytes[i] ^= (uint8_t)(1 + i % 255);
            int why = offer(&list);
            CHECK_EQ(ring.number, 5);
            CHECK(why || (i >= 8 && i < 12));  // the number may have become lower: an old list
        }
    }
    test_list_make(&list, 6, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    list.len++;
    CHECK_EQ(offer(&list), TN_ESIZE);
    list.len -= 2;
    CHECK_EQ(offer(&list), TN_ESIZE);
    list.len = sizeof(list.bytes);
    CHECK_EQ(offer(&list), TN_ESIZE);
    list.len = 0;
    CHECK_EQ(offer(&list), TN_ESIZE);
}

TEST(the_program_can_ask_what_becomes_of_a_list) {
    struct tn_image_src src;

    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    tn_keyring_open(&ring, &device.slots);
    tn_slots_source(&device.slots, TN_RUNNING, &src);
    CHECK_EQ(tn_keyring_look(&ring, &src), 0);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(tn_keyring_look(&ring, &src), TN_ENOENT);
    CHECK(!tn_keyring_has_revoked(&ring, &src));
    test_list_make(&list, 2, TEST_KEY_LISTS, 0);
    test_image_make_by(&one, 1, PAYLOAD, TEST_KEY_OTHER, &list);
    test_device_place(&device, TN_RUNNING, &one);
    CHECK_EQ(tn_keyring_look(&ring, &src), TN_ESTATE);
    CHECK(tn_keyring_has_revoked(&ring, &src));
}

// ---- The area ---------------------------------------------------------------------------------

static struct test_list old_list;

// A device with list 1 (revokes TEST_KEY_OTHER), whose image brings list 2 (TEST_KEY_IMAGE_0, too).
static void place_next(void) {
    test_list_make(&old_list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &old_list);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 1);
    test_list_make(&list, 2, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0));
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, &list);
    test_device_place(&device, TN_RUNNING, &two);
}

TEST(a_half_is_erased_whole_before_a_list_is_written_to_it) {
    test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    memset(half(0), 0, 2 * HALF);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    for (int i = 0; i < 2; i++) {
        uint32_t end = (uint32_t)i * HALF + tn_round_up(list.len, 4);
        CHECK(half_has(i, &list));
        CHECK(tn_area_is_erased(&area, end, (uint32_t)(i + 1) * HALF - end));
    }
}

static int genuine_halves(void) {
    return half_has(0, &old_list) + half_has(1, &old_list) + half_has(0, &list) +
            half_has(1, &list);
}

// Cut at every flash operation, three ways, with several chances each, and cut once more when the
// next boot repairs: one half is genuine at any instant, and the revocation holds.
TEST(a_cut_anywhere_leaves_a_genuine_list) {
    enum { SEEDS = 30 };
    uint32_t cuts = 0;

    for (uint32_t at = 1; at < 20; at++) {
        for (uint32_t seed = 0; seed < SEEDS; seed++) {
            place_next();
            tn_nor_power_on(&device.nor);
            device.nor.cut_at = at;
            device.nor.cut = (enum tn_nor_cut)(seed % 3);
            device.nor.seed = seed + at * 1000;
            go_on();
            if (!device.nor.dead) {
                CHECK(cuts > 0);
                CHECK_EQ(ring.number, 2);
                break;
            }
            cuts++;
            CHECK(genuine_halves() >= 1);
            tn_nor_power_on(&device.nor);
            device.nor.cut_at = 1 + seed % 4;
            device.nor.cut = (enum tn_nor_cut)(seed / 3 % 3);
            device.nor.seed = seed;
            go_on();
            CHECK(genuine_halves() >= 1);
            CHECK_EQ(boot(), TN_PLAN_RUN);
            CHECK_EQ(ring.number, 2);
            CHECK_EQ(ring.revoked, BIT(TEST_KEY_OTHER) | BIT(TEST_KEY_IMAGE_0));
            CHECK(half_has(0, &list) && half_has(1, &list));
            CHECK_EQ(device.nor.violations, 0);
            CHECK_EQ(boot(), TN_PLAN_RUN);
            CHECK_EQ(device.nor.ops, 0);
        }
    }
    CHECK(cuts >= 4 * SEEDS);  // two erases, two writes
}

// The same for the first list: nothing is revoked, or the whole list.
TEST(a_cut_of_the_first_list_leaves_it_or_nothing) {
    for (uint32_t at = 1; at <= 4; at++) {
        for (uint32_t seed = 0; seed < 9; seed++) {
            test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
            place(TEST_KEY, &list);
            device.nor.cut_at = at;
            device.nor.cut = (enum tn_nor_cut)(seed % 3);
            device.nor.seed = seed;
            go_on();
            CHECK(device.nor.dead);
            tn_nor_power_on(&device.nor);
            tn_keyring_open(&ring, &device.slots);
            CHECK(ring.number == 0 ? ring.revoked == 0 : ring.revoked == BIT(TEST_KEY_OTHER));
            CHECK_EQ(boot(), TN_PLAN_RUN);
            CHECK_EQ(ring.number, 1);
            CHECK(half_has(0, &list) && half_has(1, &list));
        }
    }
}

TEST(one_half_that_is_lost_is_written_again) {
    for (int lost = 0; lost < 2; lost++) {
        for (int how = 0; how < 3; how++) {
            test_list_make(&list, 1, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
            place(TEST_KEY, &list);
            CHECK_EQ(boot(), TN_PLAN_RUN);
            test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, NULL);  // which does not bring it
            test_device_place(&device, TN_RUNNING, &two);
            if (how == 0) {
                memset(half(lost), 0xff, HALF);
            } else if (how == 1) {
                half(lost)[70] ^= 4;
            } else {
                memset(half(lost), 0, HALF);
            }
            tn_keyring_open(&ring, &device.slots);
            CHECK_EQ(ring.number, 1);
            CHECK_EQ(ring.revoked, BIT(TEST_KEY_OTHER));
            CHECK_EQ(boot(), TN_PLAN_RUN);
            CHECK(half_has(0, &list) && half_has(1, &list));
            CHECK_EQ(device.nor.violations, 0);
        }
    }
}

TEST(of_two_halves_the_higher_number_counts) {
    for (int newer = 0; newer < 2; newer++) {
        place_next();
        memset(half(0), 0xff, 2 * HALF);
        memcpy(half(newer), list.bytes, list.len);
        memcpy(half(!newer), old_list.bytes, old_list.len);
        tn_keyring_open(&ring, &device.slots);
        CHECK_EQ(ring.number, 2);
        // A forged one with a higher number does not.
        half(!newer)[8] = 9;
        tn_keyring_open(&ring, &device.slots);
        CHECK_EQ(ring.number, 2);
        CHECK_EQ(boot(), TN_PLAN_RUN);
        CHECK(half_has(0, &list) && half_has(1, &list));
    }
}

// ---- With a counter of the chip ---------------------------------------------------------------

TEST(a_chip_with_a_counter_remembers_the_number) {
    test_list_make(&list, 3, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    ring.least = &chip_counter;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(counter, 3);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(counter_raises, 1);
    // Both halves are gone: the list is still in the image that brought it.
    memset(half(0), 0xff, 2 * HALF);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 3);
    CHECK_EQ(ring.revoked, BIT(TEST_KEY_OTHER));
    CHECK(half_has(0, &list) && half_has(1, &list));
}

TEST(without_the_list_that_the_counter_remembers_nothing_runs) {
    static struct test_list older;

    test_list_make(&list, 3, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    ring.least = &chip_counter;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    test_image_make_by(&two, 2, PAYLOAD, TEST_KEY, NULL);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    memset(half(0), 0xff, 2 * HALF);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    CHECK(ring.is_lost);
    // An older list is not enough.
    test_list_make(&older, 2, TEST_KEY_LISTS, 0);
    test_image_make_by(&two, 3, PAYLOAD, TEST_KEY, &older);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    memcpy(half(0), older.bytes, older.len);
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
    // Recovery gets an image that brings it.
    test_image_make_by(&two, 4, PAYLOAD, TEST_KEY, &list);
    test_device_place(&device, TN_RUNNING, &two);
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(ring.number, 3);
    CHECK(half_has(0, &list) && half_has(1, &list));
    counter_fails = true;
    CHECK_EQ(boot(), TN_PLAN_RECOVER);
}

// Power lost between the area and the counter.
TEST(a_counter_that_was_not_raised_is_raised_later) {
    test_list_make(&list, 3, TEST_KEY_LISTS, BIT(TEST_KEY_OTHER));
    place(TEST_KEY, &list);
    ring.least = &chip_counter;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    counter = 0;
    CHECK_EQ(boot(), TN_PLAN_RUN);
    CHECK_EQ(counter, 3);
}
