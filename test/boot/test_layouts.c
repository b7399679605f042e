// SPDX-License-Identifier: Apache-2.0
// The largest image on random layouts. An image of exactly this size is installed, and reverted if
// the strategy can revert. One more byte is refused before anything is erased.
#include <stdlib.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/trailer.h"
#include "power/rig.h"
#include "support/device.h"
#include "test.h"
#include "update/update.h"

enum {
    LAYOUTS = 1000,  // fifty times as many with TN_TEST_ALL
    OVER = 144,      // bytes of an image besides its payload
    SMALLEST = 200,  // smallest size of an image in this test
};

static struct rig rig;
static struct image images[IMAGES];
static uint32_t seed = 2026;

static uint32_t pick(uint32_t n) {
    return tn_test_random(&seed) % n;
}

// ---- A layout ------------------------------------------------------------------------------

// Makes two slots with sectors of several sizes, and a scratch that holds the largest sector.
static void pick_runs(struct geometry *g, bool same) {
    uint32_t size = tn_max(256u << pick(3), g->unit);
    uint32_t n = 2 + pick(3);

    g->runs[0] = (struct tn_flash_run){size, 2 * n};
    g->runs[1] = (struct tn_flash_run){2 * size, 1 + pick(2)};
    g->slot_size = 2 * n * size + g->runs[1].sector_size * g->runs[1].count;
    g->runs[2] = same ? g->runs[0] : (struct tn_flash_run){2 * size, g->slot_size / (2 * size)};
    g->runs[3] = same ? g->runs[1] : (struct tn_flash_run){2 * size, 0};
    g->runs[4] = (struct tn_flash_run){2 * size, 1 + pick(2)};
}

static void pick_geometry(struct geometry *g, unsigned strategy) {
    bool swaps = 1u << strategy & SWAPS;

    memset(g, 0, sizeof(*g));
    g->unit = (uint16_t)(1u << pick(swaps ? 6 : 10));
    g->erased = pick(2) ? 0xff : 0;
    if (1u << strategy & (OFFSET | MOVE) || pick(2)) {
        g->sector = tn_max(128u << pick(4), g->unit);
        g->sectors = 3 + pick(8);
        g->scratch = 1 + pick(3);
    } else {
        pick_runs(g, pick(2));
    }
}

// Makes a layout that the strategy accepts and that fits this test's flash.
static void pick_layout(struct geometry *g, unsigned strategy) {
    for (;;) {
        pick_geometry(g, strategy);
        uint32_t size = g->sector ? (2 * g->sectors + 1 + g->scratch) * g->sector
                                  : 2 * g->slot_size + 2 * g->runs[4].sector_size;
        if (size > FLASH_MAX) {
            continue;
        }
        rig_init_one(&rig, g, strategy);
        uint16_t align = (uint16_t)(8u << pick(1u << strategy & SWAPS ? 3 : 7));
        rig.m[0].slots.max_align = align < g->unit ? rig.m[0].slots.max_align : align;
        rig.m[0].slots.magic = tn_trailer_magic(rig.m[0].slots.max_align);
        rig.m[0].slots.max_sectors = (uint16_t)(rig.m[0].slots.max_sectors + pick(4));
        rig.m[0].images = images;
        rig.trust = &test_trust;
        if (!tn_slots_fault(&rig.m[0].slots) && tn_slots_max_image(&rig.m[0].slots) > SMALLEST) {
            return;
        }
    }
}

// ---- How large an image may be ---------------------------------------------------------------

// The bytes of whole sectors in a slot, in front of a trailer of this length.
static uint32_t below(uint32_t slot, uint32_t trailer, uint32_t sector) {
    return (slot - trailer) / sector * sector;
}

// The largest image by the table of doc/reference/mcuboot.md sections 2 and 3. 0: not in the table
// (regions of scratch).
static uint32_t expected_max(const struct geometry *g, unsigned strategy) {
    uint32_t align = rig.m[0].slots.max_align;
    uint32_t records = rig.m[0].slots.max_sectors * (uint32_t)g->unit;
    uint32_t magic = align > 16 ? align : 16;
    uint32_t pri = rig.m[0].slots.area[TN_PRIMARY].size;
    uint32_t sec = rig.m[0].slots.area[TN_SECONDARY].size;
    uint32_t t;

    switch (1u << strategy) {
    case OFFSET:
        t = 2 * records + 5 * align + magic;
        return tn_min(below(pri, t, g->sector), below(sec, t, g->sector) - g->sector);
    case MOVE:
        t = 3 * records + 4 * align + magic;
        return tn_min(below(pri, t, g->sector) - g->sector, below(sec, t, g->sector));
    case SCRATCH:
        return 0;
    case SINGLE:
        return pri - 4 * align - magic;
    case RAM_LOAD:
        return tn_min(tn_min(pri, sec) - 3 * align - magic, RAM_SIZE);
    default:
        return tn_min(pri, sec) - 3 * align - magic;
    }
}

static void make(unsigned nth, uint32_t len, unsigned strategy) {
    static struct test_image img;

    if (1u << strategy == RAM_LOAD) {
        test_image_make_for(&img, (uint8_t)(1 + nth), len - OVER, TN_IMAGE_RAM_LOAD, RAM_ADDR);
    } else {
        test_image_make(&img, (uint8_t)(1 + nth), len - OVER, TWIST_NONE);
    }
    CHECK_EQ(img.len, len);
    memcpy(images[nth].bytes, img.bytes, len);
    images[nth].len = len;
}

// Does these acts, and checks what the boots then run: "ut" "NO".
static void check_runs(const char *acts, const char *want) {
    for (; *acts; acts++) {
        CHECK_EQ(rig_act(&rig, *acts), 0);
    }
    for (; *want; want++) {
        CHECK_EQ(rig_boot(&rig), *want);
    }
    CHECK_EQ(rig.f.violations, 0);
}

static void check_largest(unsigned strategy) {
    static const char *const want[STRATEGIES][2] = {{"ut", "NOO"}, {"ut", "NOO"}, {"ut", "NOO"},
            {"up", "NN"}, {"u", "NN"}, {"ut", "NOO"}, {"u", "NN"}, {"w", "NN"}};
    uint32_t max = tn_slots_max_image(&rig.m[0].slots);

    make(0, max, strategy);
    make(1, max, strategy);
    rig_place(&rig, rig.m, TN_RUNNING, 0);
    check_runs(want[strategy][0], want[strategy][1]);
}

static void check_too_large(unsigned strategy) {
    enum tn_target target = 1u << strategy == SINGLE ? TN_TO_PRIMARY : TN_TO_SPARE;
    static const struct tn_span no_sha;
    static uint8_t buf[1024];
    struct tn_update u = {
            .slots = &rig.m[0].slots, .trust = rig.trust, .buf = buf, .size = sizeof(buf)};

    rig.f.ops = 0;
    CHECK_EQ(tn_update_begin(&u, target, tn_slots_max_image(&rig.m[0].slots) + 1, &no_sha),
            TN_ESIZE);
    CHECK_EQ(tn_update_step(&u), 0);
    CHECK_EQ(rig.f.ops, 0);
}

// An image that a programmer wrote anyway is not installed, and the running image stays.
static void check_not_installed(unsigned strategy) {
    uint32_t max = tn_slots_max_image(&rig.m[0].slots);
    const struct tn_area *a = &rig.m[0].slots.area[TN_SECONDARY];

    make(0, SMALLEST, strategy);
    make(1, max + 1, strategy);
    if (rig.m[0].slots.layout->candidate_off(&rig.m[0].slots) + max + 1 >
            tn_trailer_off(&rig.m[0].slots, TN_SECONDARY)) {
        return;  // no room for it beside the trailer
    }
    memset(rig.f.mem, rig.f.flash.erased, sizeof(rig.f.mem));
    rig_place(&rig, rig.m, TN_RUNNING, 0);
    rig_place(&rig, rig.m, TN_CANDIDATE, 1);
    check_runs("q", "OO");
    CHECK(rig_holds(&rig, rig.m, TN_RUNNING, 0));
    CHECK(a->size > max);
}

// A running image that is too large to come back to is not swapped out.
static void check_too_large_to_leave(unsigned strategy) {
    uint32_t most = tn_trailer_off(&rig.m[0].slots, TN_PRIMARY);

    if (!(1u << strategy & SWAPS) || most <= tn_slots_max_image(&rig.m[0].slots)) {
        return;
    }
    memset(rig.f.mem, rig.f.flash.erased, sizeof(rig.f.mem));
    make(0, most, strategy);
    make(1, SMALLEST, strategy);
    rig_place(&rig, rig.m, TN_RUNNING, 0);
    rig_place(&rig, rig.m, TN_CANDIDATE, 1);
    check_runs("t", "OOO");
}

TEST(the_largest_image_installs_and_a_byte_more_is_refused) {
    unsigned n[STRATEGIES] = {0};

    for (unsigned i = 0; i < LAYOUTS * (getenv("TN_TEST_ALL") ? 50 : 1); i++) {
        struct geometry g;
        unsigned k = i % STRATEGIES;
        pick_layout(&g, k);
        uint32_t want = expected_max(&g, k);
        CHECK_EQ(tn_slots_max_image(&rig.m[0].slots),
                want ? want : tn_slots_max_image(&rig.m[0].slots));
        check_largest(k);
        check_too_large(k);
        if (1u << k & (SWAPS | OVERWRITE)) {
            check_not_installed(k);
        }
        check_too_large_to_leave(k);
        n[k]++;
    }
    for (unsigned k = 0; k < STRATEGIES; k++) {
        CHECK(n[k] >= LAYOUTS / STRATEGIES);
    }
}
