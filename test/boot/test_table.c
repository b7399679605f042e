// SPDX-License-Identifier: Apache-2.0
// The loader always boots. With any content and any trailers in both slots, an image runs if there
// is a genuine one that the strategy can run; otherwise recovery starts.
//
// The trailers are written byte by byte, as in doc/reference/mcuboot.md section 2. All trailers
// with all contents take minutes, so the test tries a sample. TN_TEST_ALL=1 tries all.
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/err.h"
#include "power/rig.h"
#include "support/device.h"
#include "test.h"

enum {
    ALIGN = 8,
    SHARE = 499,  // one of this many trailers is tried, different ones for each content
};

// The content of a slot. With ABSENT every operation on its area fails.
enum holds {
    VALID,
    BAD_HASH,
    BAD_SIG,
    UNKNOWN_KEY,
    NOT_SIGNED,
    OVERRUN,
    ERASED,
    GONE,
    ABSENT,
    HOLDS
};

// The values of a trailer's cells, and of its magic.
enum magic { M_UNSET, M_GOOD, M_BAD, M_GONE, MAGICS };
enum cell { C_UNSET, C_SET, C_TORN, C_GONE, CELLS };
static const int infos[] = {-1, TN_SWAP_TEST, TN_SWAP_PERM, TN_SWAP_REVERT, 0x77};

struct trailer {
    enum magic magic;
    enum cell image_ok;
    enum cell copy_done;
    int info;  // -1: unset
};

enum { TRAILERS = MAGICS * CELLS * CELLS * (int)TN_LEN(infos) };

static const struct geometry geometry = {
        .name = "table", .unit = 4, .erased = 0xff, .sector = 512, .sectors = 4, .scratch = 1};
static const struct geometry geometry_0 = {
        .name = "table-0", .unit = 1, .erased = 0, .sector = 512, .sectors = 4, .scratch = 2};
static const struct geometry uneven = {.name = "uneven",
        .unit = 4,
        .erased = 0xff,
        .runs = {{256, 4}, {1024, 1}, {1024, 2}, {1024, 1}},
        .slot_size = 2048};

static struct rig rig;
static struct image images[IMAGES];
static struct test_image made[2][HOLDS];
static const struct tn_area *absent;
static const struct tn_flash_ops *ops;

// ---- A flash of which an area does not answer ------------------------------------------------

static bool is_absent(uint32_t off) {
    return absent && off - absent->off < absent->size;
}

static int read_some(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    return is_absent(off) ? TN_EIO : ops->read(f, off, buf, len);
}

static int prog_some(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    return is_absent(off) ? TN_EIO : ops->prog(f, off, buf, len);
}

static int erase_some(const struct tn_flash *f, uint32_t off) {
    return is_absent(off) ? TN_EIO : ops->erase(f, off);
}

static const struct tn_flash_ops some_ops = {read_some, prog_some, erase_some};

// ---- A device ------------------------------------------------------------------------------

static struct trailer trailer_of(unsigned n) {
    struct trailer t;

    t.magic = (enum magic)(n % MAGICS);
    n /= MAGICS;
    t.image_ok = (enum cell)(n % CELLS);
    n /= CELLS;
    t.copy_done = (enum cell)(n % CELLS);
    t.info = infos[n / CELLS];
    return t;
}

static void put_gone(uint32_t off, uint32_t len) {
    rig.f.marks[rig.f.nmarks++] = (struct flash_mark){FAULT_GONE, off, len, 0, 0};
}

static void put_cell(uint32_t off, enum cell cell) {
    if (cell == C_SET || cell == C_TORN) {
        rig.f.mem[off] = cell == C_SET ? 1 : 0x41;
    } else if (cell == C_GONE) {
        put_gone(off, rig.f.flash.prog_unit);
    }
}

static void put_trailer(enum tn_slot slot, const struct trailer *t) {
    static const uint8_t magic[16] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52,
            0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};
    const struct tn_area *a = &rig.m[0].slots.area[slot];
    uint32_t end = a->off + a->size;

    if (t->magic == M_GOOD || t->magic == M_BAD) {
        memcpy(rig.f.mem + end - sizeof(magic), magic, t->magic == M_GOOD ? 16 : 9);
    } else if (t->magic == M_GONE) {
        put_gone(end - ALIGN, ALIGN);
    }
    put_cell(end - 16 - ALIGN, t->image_ok);
    put_cell(end - 16 - 2 * ALIGN, t->copy_done);
    if (t->info >= 0) {
        rig.f.mem[end - 16 - 3 * ALIGN] = (uint8_t)t->info;
    }
}

static void put_image(enum tn_place place, unsigned nth, enum holds holds) {
    struct tn_image_src src;
    struct image *img = &images[nth];

    tn_slots_source(&rig.m[0].slots, place, &src);
    if (holds == ERASED || holds == ABSENT) {
        return;
    }
    memcpy(rig.f.mem + src.area->off + src.off, made[nth][holds].bytes, img->len);
    if (holds == GONE) {
        put_gone(src.area->off + src.off + img->len / 2 / 8 * 8, rig.f.flash.prog_unit);
    }
}

static void make_images(unsigned strategy) {
    static const enum test_twist twists[HOLDS] = {[BAD_HASH] = TWIST_BAD_HASH,
            [BAD_SIG] = TWIST_BAD_SIGNATURE,
            [UNKNOWN_KEY] = TWIST_FOREIGN_KEY,
            [NOT_SIGNED] = TWIST_UNSIGNED};
    uint32_t max = tn_slots_max_image(&rig.m[0].slots);

    for (unsigned nth = 0; nth < 2; nth++) {
        uint32_t payload = max / (1 + nth) - 160;
        for (unsigned h = 0; h < HOLDS; h++) {
            struct test_image *m = &made[nth][h];
            if (1u << strategy == RAM_LOAD) {
                test_image_make_for(m, (uint8_t)(1 + nth), payload, TN_IMAGE_RAM_LOAD, RAM_ADDR);
                m->bytes[32 + payload + 12] ^= h == BAD_HASH;
                m->bytes[m->len - 3] ^= h == BAD_SIG || h == UNKNOWN_KEY || h == NOT_SIGNED;
            } else {
                test_image_make(m, (uint8_t)(1 + nth), payload, twists[h]);
            }
        }
        // The signature ends one byte behind the end of its area.
        made[nth][OVERRUN].bytes[32 + payload + 2]--;
        memcpy(images[nth].bytes, made[nth][VALID].bytes, made[nth][VALID].len);
        images[nth].len = made[nth][VALID].len;
    }
}

static void begin(const struct geometry *g, unsigned strategy) {
    rig_init_one(&rig, g, strategy);
    rig.m[0].images = images;
    rig.trust = &test_trust;
    ops = rig.f.flash.ops;
    rig.f.flash.ops = &some_ops;
    absent = NULL;
}

static void set(const enum holds *holds, const struct trailer *t) {
    memset(rig.f.mem, rig.f.flash.erased, rig.f.flash.size);
    rig.f.nmarks = 0;
    absent = NULL;
    for (unsigned i = 0; i < 2 && rig.m[0].slots.area[i].size; i++) {
        put_image(i ? TN_CANDIDATE : TN_RUNNING, i, holds[i]);
        put_trailer((enum tn_slot)i, &t[i]);
        absent = holds[i] == ABSENT ? &rig.m[0].slots.area[i] : absent;
    }
}

// ---- The table -------------------------------------------------------------------------------

// True if the strategy can run one of the images: one in the primary slot; or one in the spare
// slot, if images run in place or if the primary slot can be written.
static bool can_run(unsigned strategy, const enum holds *holds) {
    unsigned bit = 1u << strategy;

    return holds[0] == VALID ||
            (bit != SINGLE && holds[1] == VALID &&
                    (holds[0] != ABSENT || (bit & (XIP | XIP_REVERT | RAM_LOAD))));
}

static void try_one(unsigned strategy, const enum holds *holds, const struct trailer *t) {
    bool runs = can_run(strategy, holds);
    bool asked = t[0].magic == M_GOOD || t[1].magic == M_GOOD;

    set(holds, t);
    for (int boot = 0; boot < 3; boot++) {
        char got = rig_boot(&rig);
        bool right = runs ? got == 'O' || got == 'N' : got == 'R';
        // Without a request the running image stays.
        if (!asked && holds[0] == VALID && (1u << strategy & (SWAPS | OVERWRITE))) {
            right = got == 'O';
        }
        if (!right) {
            print_error("%s: slots hold %d %d, trailers %d %d %d %d, %d %d %d %d: boot %d: %c\n",
                    strategy_name(strategy), (int)holds[0], (int)holds[1], (int)t[0].magic,
                    (int)t[0].image_ok, (int)t[0].copy_done, t[0].info, (int)t[1].magic,
                    (int)t[1].image_ok, (int)t[1].copy_done, t[1].info, boot, got);
        }
        CHECK(right);
    }
}

static void try_all(const struct geometry *g, unsigned strategies) {
    bool all = getenv("TN_TEST_ALL") != NULL;
    unsigned n = 0;

    for (unsigned k = 0; k < STRATEGIES; k++) {
        if (!(strategies & 1u << k)) {
            continue;
        }
        begin(g, k);
        make_images(k);
        for (unsigned pair = 0; pair < HOLDS * HOLDS; pair++) {
            const enum holds holds[] = {(enum holds)(pair / HOLDS), (enum holds)(pair % HOLDS)};
            // Only one device is absent at a time. A single slot has one device.
            if (pair == ABSENT * HOLDS + ABSENT || (1u << k == SINGLE && pair % HOLDS)) {
                continue;
            }
            for (uint32_t i = all ? 0 : pair % SHARE; i < TRAILERS * TRAILERS;
                    i += all ? 1 : SHARE) {
                const struct trailer t[] = {trailer_of(i / TRAILERS), trailer_of(i % TRAILERS)};
                try_one(k, holds, t);
                n++;
            }
        }
    }
    CHECK_EQ(rig.f.violations, 0);
    print_message("%u cells\n", n);
}

TEST(an_image_runs_where_there_is_one_under_swaps) {
    try_all(&geometry, SWAPS);
}

TEST(an_image_runs_where_there_is_one_without_swaps) {
    try_all(&geometry, OVERWRITE | XIP | XIP_REVERT | RAM_LOAD | SINGLE);
}

TEST(an_image_runs_where_there_is_one_on_a_flash_erased_to_0) {
    try_all(&geometry_0, SWAPS | OVERWRITE);
}

TEST(an_image_runs_where_there_is_one_on_sectors_of_several_sizes) {
    try_all(&uneven, SCRATCH | OVERWRITE);
}

// ---- A word that cannot be read any more -----------------------------------------------------

static uint32_t reads_left;  // reads of the word in the middle of the candidate, until it fails

static int read_fading(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    struct tn_image_src src;

    tn_slots_source(&rig.m[0].slots, TN_CANDIDATE, &src);
    uint32_t word = src.area->off + src.off + 400;
    if (off <= word && word < off + len && reads_left && !--reads_left) {
        put_gone(word, rig.f.flash.prog_unit);  // unreadable until it is erased
    }
    return ops->read(f, off, buf, len);
}

// The word becomes unreadable after the verification. An image without it never runs; the old one
// does.
TEST(a_candidate_that_cannot_be_read_after_its_verification_does_not_run) {
    static const struct tn_flash_ops fading = {read_fading, prog_some, erase_some};
    const enum holds holds[] = {VALID, VALID};
    const struct trailer t[] = {{M_UNSET, C_UNSET, C_UNSET, -1}, {M_GOOD, C_SET, C_UNSET, 3}};

    for (unsigned k = 0; k < 3; k++) {
        for (uint32_t n = 1; n < 12; n++) {
            begin(&geometry, k);
            make_images(k);
            rig.f.flash.ops = &fading;
            set(holds, t);
            reads_left = n;
            // A copy that cannot be compared ends the boot. The next boot makes the copy again.
            CHECK(strchr("ONR", rig_boot(&rig)));
            CHECK(strchr("ON", rig_boot(&rig)));
            CHECK(strchr("ON", rig_boot(&rig)));
        }
    }
}
