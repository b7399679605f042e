// SPDX-License-Identifier: Apache-2.0
// Power lost before, within and after every single flash operation of an upgrade and a revert,
// each time followed by a boot that has to end with the right image running and both whole.
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "support/device.h"
#include "test.h"

// One story: from a start, the loader's runs until nothing is left to do.
struct story {
    const char *name;
    enum tn_swap_type
            request;  // what is pending at the start; NONE: a trial that was not confirmed
    uint32_t old_len;
    uint32_t new_len;
};

static const struct story stories[] = {
        {"test, new image shorter", TN_SWAP_TEST, 4000, 2500},
        {"test, new image longer by three sectors", TN_SWAP_TEST, 1500, 5200},
        {"permanent, same length", TN_SWAP_PERM, 3000, 3000},
        {"test, one whole number of sectors", TN_SWAP_TEST, 4096 - 144, 2048 - 144},
        {"revert, old image longer", TN_SWAP_NONE, 5200, 2500},
        {"revert, old image shorter by two sectors", TN_SWAP_NONE, 2500, 4700},
        {"revert, largest images", TN_SWAP_NONE, 11000, 11000},
};

static bool is_revert(const struct story *s) {
    return s->request == TN_SWAP_NONE;
}

static struct test_device device;
static struct test_image old_image;
static struct test_image new_image;
static uint8_t start[DEVICE_FLASH_MAX];

static void go_back(const uint8_t *mem) {
    memcpy(device.mem, mem, sizeof(device.mem));
    tn_nor_power_on(&device.nor);
}

static void begin_story(const struct story *s, const struct test_shape *shape) {
    test_device_init(&device, shape);
    test_image_make(&old_image, 1, s->old_len, TWIST_NONE);
    test_image_make(&new_image, 2, s->new_len, TWIST_NONE);
    test_device_place(&device, TN_RUNNING, &old_image);
    test_device_place(&device, TN_CANDIDATE, &new_image);
    CHECK_EQ(test_device_request(&device, is_revert(s) ? TN_SWAP_TEST : s->request), 0);
    if (is_revert(s)) {
        CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
        CHECK(test_device_holds(&device, TN_RUNNING, &new_image));
    }
    memcpy(start, device.mem, sizeof(start));
}

// After the cut: the wanted image runs, the other is whole in the spare slot, and one boot more
// does what the trailers promise.
static bool ends_well(const struct story *s) {
    const struct test_image *wanted = is_revert(s) ? &old_image : &new_image;
    const struct test_image *other = is_revert(s) ? &new_image : &old_image;
    int error;

    tn_nor_power_on(&device.nor);
    if (test_device_boot(&device, false, &error) != TN_PLAN_RUN || error) {
        return false;
    }
    if (!test_device_holds(&device, TN_RUNNING, wanted) ||
            !test_device_holds(&device, is_revert(s) ? TN_CANDIDATE : TN_PREVIOUS, other)) {
        return false;
    }
    enum tn_swap_type next = tn_boot_pending(&device.slots);
    if (next != (s->request == TN_SWAP_TEST ? TN_SWAP_REVERT : TN_SWAP_NONE)) {
        return false;
    }
    if (test_device_boot(&device, false, &error) != TN_PLAN_RUN || error) {
        return false;
    }
    return test_device_holds(&device, TN_RUNNING, s->request == TN_SWAP_PERM ? wanted : &old_image);
}

// A cut that came after the last operation of a test leaves a finished test: the next boot is
// then the one that reverts. The story is over a boot earlier.
static bool ended_already(const struct story *s) {
    return s->request == TN_SWAP_TEST && tn_boot_pending(&device.slots) == TN_SWAP_REVERT;
}

static void cut_everywhere(const struct story *s, const struct test_shape *shape, unsigned *cuts) {
    begin_story(s, shape);
    tn_nor_power_on(&device.nor);
    CHECK_EQ(test_device_boot(&device, false, NULL), TN_PLAN_RUN);
    uint32_t ops = device.nor.ops;
    CHECK(ops > 10);
    for (uint32_t at = 1; at <= ops; at++) {
        for (int kind = TN_NOR_CUT_BEFORE; kind <= TN_NOR_CUT_AFTER; kind++) {
            for (uint32_t seed = 1; seed <= (kind == TN_NOR_CUT_TORN ? 3 : 1); seed++) {
                go_back(start);
                device.nor.cut_at = at;
                device.nor.cut = (enum tn_nor_cut)kind;
                device.nor.seed = seed * 7919 + at;
                test_device_boot(&device, false, NULL);
                CHECK(device.nor.dead);
                tn_nor_power_on(&device.nor);
                ++*cuts;
                if (ended_already(s)) {
                    CHECK(test_device_holds(&device, TN_RUNNING, &new_image));
                } else if (!ends_well(s)) {
                    print_error("%s: cut %d at operation %u of %u, seed %u\n", s->name, kind, at,
                            ops, seed);
                    CHECK(false);
                }
            }
        }
    }
}

static void all_stories(const struct test_shape *shape) {
    unsigned cuts = 0;

    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (stories[i].old_len <= shape->sector * (shape->primary - 2) &&
                stories[i].new_len <= shape->sector * (shape->primary - 2)) {
            cut_everywhere(&stories[i], shape, &cuts);
        }
    }
    print_message(
            "%u cuts survived, %u violations of the flash's rules\n", cuts, device.nor.violations);
    CHECK(cuts > 1000);
    CHECK_EQ(device.nor.violations, 0);
}

TEST(every_cut_ends_with_the_right_image_on_words_of_4_bytes) {
    all_stories(&small_shape);
}

TEST(every_cut_ends_with_the_right_image_on_words_of_16_bytes_erased_to_0) {
    const struct test_shape shape = {1024, 12, 13, 16, 16, 0x00};
    all_stories(&shape);
}

TEST(every_cut_ends_with_the_right_image_where_the_trailer_takes_two_sectors) {
    const struct test_shape shape = {512, 24, 25, 16, 16, 0xff};
    all_stories(&shape);
}

// A second cut while the first one is being repaired: random pairs.
TEST(two_cuts_in_a_row_end_with_the_right_image) {
    uint32_t seed = 42;
    unsigned pairs = 0;

    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        const struct story *s = &stories[i];
        begin_story(s, &small_shape);
        tn_nor_power_on(&device.nor);
        test_device_boot(&device, false, NULL);
        uint32_t ops = device.nor.ops;
        for (int n = 0; n < 300; n++) {
            go_back(start);
            device.nor.seed = tn_test_random(&seed) + 1;
            uint32_t cuts[2] = {0};
            for (int cut = 0; cut < 2 && !ended_already(s); cut++) {
                tn_nor_power_on(&device.nor);
                device.nor.cut_at = 1 + tn_test_random(&seed) % ops;
                device.nor.cut = (enum tn_nor_cut)(tn_test_random(&seed) % 3);
                cuts[cut] = device.nor.cut_at;
                test_device_boot(&device, false, NULL);
                if (!device.nor.dead) {
                    break;  // done before the second cut
                }
                tn_nor_power_on(&device.nor);
            }
            pairs++;
            tn_nor_power_on(&device.nor);
            bool over = ended_already(s) ||
                    (s->request != TN_SWAP_TEST && tn_boot_pending(&device.slots) == TN_SWAP_NONE &&
                            device.nor.ops == 0 &&
                            test_device_holds(
                                    &device, TN_RUNNING, is_revert(s) ? &old_image : &new_image));
            if (!over && !ends_well(s)) {
                print_error("%s: pair %d, cuts at %u and %u of %u\n", s->name, n, cuts[0], cuts[1],
                        ops);
                CHECK(false);
            }
        }
    }
    CHECK_EQ(pairs, 300 * 7);
}
