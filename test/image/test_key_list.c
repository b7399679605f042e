// SPDX-License-Identifier: Apache-2.0
// Key lists as bytes: their form and their signature. And keys by their roles.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "image/key_role.h"
#include "support/device.h"
#include "test.h"

static struct test_list list;

static int get(const struct test_list *l) {
    struct tn_key_list got;

    return tn_key_list_get(&got, l->bytes, l->len);
}

// The byte at this place of entry i.
static uint8_t *in_entry(struct test_list *l, unsigned i, unsigned at) {
    return l->bytes + TN_KEY_LIST_HEAD + (size_t)i * TN_KEY_LIST_ENTRY + at;
}

TEST(a_list_is_read) {
    struct tn_key_list l;
    struct tn_key_entry e;

    test_list_make(&list, 7, TEST_KEY_LISTS, 1u << TEST_KEY_OTHER);
    CHECK_EQ(tn_key_list_get(&l, list.bytes, list.len), 0);
    CHECK_EQ(l.number, 7);
    CHECK_EQ(l.count, TEST_KEYS);
    CHECK_EQ(tn_key_list_len(list.bytes), list.len);
    CHECK_MEM(tn_key_list_signer(&l), test_keys[TEST_KEY_LISTS].hash, TN_HASH_LEN);
    for (unsigned i = 0; i < TEST_KEYS; i++) {
        tn_key_list_entry(&l, i, &e);
        CHECK_MEM(e.hash, test_keys[i].hash, TN_HASH_LEN);
        CHECK_EQ(e.role, test_keys[i].role);
        CHECK_EQ(e.is_revoked, i == TEST_KEY_OTHER);
    }
    uint8_t unknown[TN_HASH_LEN] = {0x77};
    CHECK(tn_key_list_find(&l, test_keys[TEST_KEY_OTHER].hash, &e) && e.is_revoked);
    CHECK(!tn_key_list_find(&l, unknown, &e));
    CHECK_EQ(tn_key_list_verify(&l, &test_trust, test_keys), TN_GENUINE);
}

// Every change of one field, each with the error that names it.
TEST(a_malformed_list_is_refused_for_its_reason) {
    static const struct {
        uint16_t at;
        uint8_t byte;
        int want;
    } rows[] = {
            {0, 't', TN_EMAGIC}, {3, 0, TN_EMAGIC}, {4, 0, TN_ENEWER}, {4, 2, TN_ENEWER},
            {5, 0, TN_ESIZE}, {5, TEST_KEYS - 1, TN_ESIZE}, {5, TEST_KEYS + 1, TN_ESIZE},
            {5, TN_KEY_LIST_KEYS + 1, TN_ESIZE}, {5, 255, TN_ESIZE}, {6, 0, TN_ESIZE},
            {6, TN_HASH_LEN - 1, TN_ESIZE}, {6, TN_HASH_LEN + 1, TN_ESIZE}, {7, 0xff, TN_ESIZE},
            {8, 0, TN_EINVAL},                                   // number 0
            {TN_KEY_LIST_HEAD + 32, TN_KEY_REVOKED, TN_EINVAL},  // roles
            {TN_KEY_LIST_HEAD + 32, TN_KEY_FOR_IMAGE - 1, TN_EINVAL},
            {TN_KEY_LIST_HEAD + 32, TN_KEY_FOR_IMAGE + 15, TN_EINVAL},
            {TN_KEY_LIST_HEAD + 32, 255, TN_EINVAL},
            {TN_KEY_LIST_HEAD + 33, 2, TN_EINVAL},  // states
            {TN_KEY_LIST_HEAD + 33, 255, TN_EINVAL}, {TN_KEY_LIST_HEAD + 34, 1, TN_EINVAL},
            {TN_KEY_LIST_HEAD + 35, 1, TN_EINVAL},
            {TN_KEY_LIST_HEAD + 1, 0xff, TN_EINVAL},  // the same key twice
    };

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        test_list_make(&list, 7, TEST_KEY_LISTS, 0);
        CHECK_EQ(get(&list), 0);
        list.bytes[rows[i].at] = rows[i].byte;
        CHECK_EQ(get(&list), rows[i].want);
    }
}

TEST(bytes_that_are_missing_or_follow_are_refused) {
    struct tn_key_list l;

    test_list_make(&list, 7, TEST_KEY_LISTS, 0);
    for (uint32_t len = 0; len < sizeof(list.bytes); len++) {
        CHECK_EQ(tn_key_list_get(&l, list.bytes, len), len == list.len ? 0 : TN_ESIZE);
    }
}

// The longest list is as long as the header says.
TEST(a_list_has_room_for_its_limits) {
    test_list_make(&list, 1, TEST_KEY_LISTS, 0);
    list.bytes[5] = TN_KEY_LIST_KEYS;
    tn_put_le16(list.bytes + 6, TN_KEY_LIST_SIG_MAX);
    CHECK_EQ(tn_key_list_len(list.bytes), TN_KEY_LIST_MAX);
    for (unsigned i = 0; i < TN_KEY_LIST_KEYS; i++) {
        memset(in_entry(&list, i, 0), 0, TN_KEY_LIST_ENTRY);
        *in_entry(&list, i, 5) = (uint8_t)(i + 1);
    }
    list.len = TN_KEY_LIST_MAX;
    CHECK_EQ(get(&list), 0);
    tn_put_le16(list.bytes + 6, TN_KEY_LIST_SIG_MAX + 1);
    list.len++;
    CHECK_EQ(get(&list), TN_ESIZE);
}

TEST(a_list_does_not_revoke_the_key_that_signs_it) {
    test_list_make(&list, 7, TEST_KEY_LISTS, 1u << TEST_KEY_LISTS);
    CHECK_EQ(get(&list), TN_EINVAL);
    test_list_make(&list, 7, TEST_KEY_LISTS_TOO, 1u << TEST_KEY_LISTS);
    CHECK_EQ(get(&list), 0);
}

// Any changed bit makes the form or the signature wrong.
TEST(no_bit_of_a_list_can_be_changed) {
    struct tn_key_list l;

    test_list_make(&list, 7, TEST_KEY_LISTS, 1u << TEST_KEY_OTHER);
    for (uint32_t bit = 0; bit < list.len * 8; bit++) {
        list.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(tn_key_list_get(&l, list.bytes, list.len) ||
                tn_key_list_verify(&l, &test_trust, test_keys) != TN_GENUINE);
        list.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(only_a_key_for_lists_signs_one) {
    struct tn_key_list l;

    for (unsigned i = 0; i < TEST_KEYS; i++) {
        bool may_sign = test_keys[i].role == TN_KEY_FOR_LISTS;
        test_list_make(&list, 7, (enum test_key)i, 0);
        CHECK_EQ(tn_key_list_get(&l, list.bytes, list.len), 0);
        CHECK_EQ(tn_key_list_verify(&l, &test_trust, test_keys) == TN_GENUINE, may_sign);
        // A list cannot make itself signed by another key than it names.
        test_list_sign(&list, TEST_KEY_LISTS);
        CHECK_EQ(tn_key_list_verify(&l, &test_trust, test_keys) == TN_GENUINE, i == TEST_KEY_LISTS);
    }
    test_list_make(&list, 7, TEST_KEY_LISTS, 0);
    CHECK_EQ(tn_key_list_get(&l, list.bytes, list.len), 0);
    struct tn_trust none = test_trust;
    none.nalgs = 0;
    CHECK(tn_key_list_verify(&l, &none, test_keys) != TN_GENUINE);
}

// ---- Roles -------------------------------------------------------------------------------------

static void check_table(const struct tn_key *got, const enum test_key *want, size_t n) {
    for (size_t i = 0; i < n; i++) {
        CHECK_EQ(got[i].kind, TN_KEY_P256);
        CHECK_EQ(got[i].role, TN_KEY_FOR_IMAGES);
        CHECK(got[i].hash == test_keys[want[i]].hash);
    }
    CHECK_EQ(got[n].kind, 0);
}

TEST(an_image_gets_the_keys_of_its_number) {
    static const enum test_key any[] = {TEST_KEY, TEST_KEY_OTHER};
    static const enum test_key for_0[] = {TEST_KEY, TEST_KEY_OTHER, TEST_KEY_IMAGE_0};
    static const enum test_key for_1[] = {TEST_KEY, TEST_KEY_OTHER, TEST_KEY_IMAGE_1};
    struct tn_key table[TEST_KEYS + 1];

    tn_keys_for_image(table, TN_LEN(table), test_keys, 0, 0);
    check_table(table, for_0, TN_LEN(for_0));
    tn_keys_for_image(table, TN_LEN(table), test_keys, 1, 0);
    check_table(table, for_1, TN_LEN(for_1));
    tn_keys_for_image(table, TN_LEN(table), test_keys, 2, 0);
    check_table(table, any, TN_LEN(any));
    tn_keys_for_image(table, TN_LEN(table), test_keys, 240, 0);  // TN_KEY_FOR_IMAGE + 240 is 0
    check_table(table, any, TN_LEN(any));
    tn_keys_for_image(table, TN_LEN(table), test_keys, 0, 1u << TEST_KEY | 1u << TEST_KEY_IMAGE_0);
    check_table(table, any + 1, 1);
}

TEST(keys_without_room_are_left_out) {
    static const enum test_key first[] = {TEST_KEY};
    struct tn_key table[2];

    tn_keys_for_image(table, 1, test_keys, 0, 0);
    check_table(table, first, 0);
    tn_keys_for_image(table, 2, test_keys, 0, 0);
    check_table(table, first, 1);
}

// A program that gives its trust the built-in keys as they are fails on the safe side.
TEST(a_key_of_another_role_verifies_no_image) {
    static struct test_image img;
    struct tn_trust trust = test_trust;

    trust.keys = test_keys;
    for (unsigned i = 0; i < TEST_KEYS; i++) {
        test_image_make_by(&img, 1, 300, (enum test_key)i, NULL);
        struct tn_nor nor;
        static uint8_t mem[4096];
        struct tn_flash_run run = {1024, 4};
        memcpy(mem, img.bytes, img.len);
        tn_nor_init(&nor, mem, &run, 1, 4, 0xff);
        struct tn_area area = {&nor.flash, 0, sizeof(mem)};
        struct tn_verify v = {.src = {.area = &area, .limit = sizeof(mem)}};
        tn_verify_begin(&v, &trust, false);
        while (tn_verify_step(&v) == TN_MORE) {
        }
        bool any = test_keys[i].role == TN_KEY_FOR_IMAGES;
        CHECK_EQ(tn_verify_result(&v) == TN_GENUINE, any);
        CHECK_EQ(tn_verify_error(&v), any ? 0 : TN_EKEY);
    }
}
