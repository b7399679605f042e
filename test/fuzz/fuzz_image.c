// SPDX-License-Identifier: Apache-2.0
// Any content of slots, trailers, scratch and outcome log, under any strategy, with some losses of
// power. The loader ends in a bounded number of steps and runs only genuine images. Slots begin
// with genuine images, or none, and the input then changes any byte. No rule of the flash is broken
// either, if the trailers hold only what some program writes there: the loader does not read a
// record before it writes it, so garbage in its place breaks a rule.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/policy.h"
#include "boot/trailer.h"
#include "fuzz.h"
#include "support/device.h"

enum {
    SECTOR = 1024,
    SECTORS = 30,
    RAM_SIZE = 4096,
    RAM_ADDR = 0x20000000,
    IMAGES = 3,
    STRATEGIES = 8,
    BOOTS = 3,
    STEPS_MAX = 20000,
};

static const struct tn_layout *const layouts[STRATEGIES] = {&tn_layout_swap_offset,
        &tn_layout_swap_move, &tn_layout_swap_scratch, &tn_layout_overwrite_only,
        &tn_layout_direct_xip, &tn_layout_direct_xip_revert, &tn_layout_ram_load,
        &tn_layout_single_slot};

static struct test_image images[2][IMAGES];  // [1]: images for RAM load
static struct test_image forgeries[4];       // complete images with a foreign signature
static struct test_device d;
static struct tn_area log_area;
static uint8_t ram_mem[RAM_SIZE];
static struct tn_ram_window ram;
static bool is_odd;  // a trailer holds bytes that no program writes

static void make_images(void) {
    static const uint32_t payload[IMAGES] = {700, 1300, 2300};

    for (uint8_t i = 0; i < IMAGES && !images[1][i].len; i++) {
        test_image_make_counted(&images[0][i], (uint8_t)(i + 1), payload[i], i);
        test_image_make_for(&images[1][i], (uint8_t)(i + 1), payload[i], TN_IMAGE_RAM_LOAD,
                RAM_ADDR + i * 256u);
    }
    for (unsigned i = 0; i < TN_LEN(forgeries) && !forgeries[i].len; i++) {
        test_image_make(&forgeries[i], 9, 800, (enum test_twist)(TWIST_UNSIGNED + i));
    }
}

// ---- A device ------------------------------------------------------------------------------

static void make_slots(const struct tn_layout *layout, uint8_t align) {
    uint32_t extra = layout == &tn_layout_swap_offset;  // sectors
    uint32_t up = layout == &tn_layout_swap_move;
    uint32_t n = layout == &tn_layout_single_slot ? 0 : 10 + extra;
    struct tn_slots *s = &d.slots;

    test_device_init(&d, &small_shape);
    d.run = (struct tn_flash_run){SECTOR, SECTORS};
    tn_nor_init(&d.nor, d.mem, &d.run, 1, 4, 0xff);
    memset(s, 0, sizeof(*s));
    s->layout = layout;
    s->area[TN_PRIMARY] = (struct tn_area){&d.nor.flash, 0, (10 + up) * SECTOR};
    s->area[TN_SECONDARY] = (struct tn_area){&d.nor.flash, 11 * SECTOR, n * SECTOR};
    s->area[TN_SCRATCH] = (struct tn_area){&d.nor.flash, 22 * SECTOR, 2 * SECTOR};
    s->max_sectors = (uint16_t)(10 + extra + up);
    s->max_align = align;
    s->magic = tn_trailer_magic(s->max_align);
    log_area = (struct tn_area){&d.nor.flash, 26 * SECTOR, 2 * SECTOR};
    ram = (struct tn_ram_window){.mem = ram_mem, .addr = RAM_ADDR, .size = sizeof(ram_mem)};
    s->ram = layout == &tn_layout_ram_load ? &ram : NULL;
    PROMISE(!tn_slots_fault(s));
}

static void place(enum tn_place place, unsigned which, bool forged) {
    if (forged) {
        test_device_place(&d, place, &forgeries[which]);
    } else if (which) {
        test_device_place(&d, place, &images[d.slots.layout == &tn_layout_ram_load][which - 1]);
    }
}

// Fills the cells of a trailer, each with a valid value or with any bytes.
static void make_trailer(struct fuzz_in *in, enum tn_slot slot) {
    const struct tn_slots *s = &d.slots;
    uint8_t set = fuzz_u8(in);

    if (!s->area[slot].size) {
        return;
    }
    if (set & 1) {
        tn_trailer_put_magic(s, slot);
    }
    if (set & 2) {
        tn_trailer_put(s, slot, TN_CELL_IMAGE_OK, 1);
    }
    if (set & 4) {
        tn_trailer_put(s, slot, TN_CELL_COPY_DONE, 1);
    }
    if (set & 8) {
        tn_trailer_put(s, slot, TN_CELL_SWAP_INFO, fuzz_u8(in));
    }
    if (set & 16 && s->layout->records) {
        tn_trailer_put(s, slot, TN_CELL_SWAP_SIZE, set & 32 ? fuzz_u32(in) : fuzz_u16(in) & 0xfff);
    }
    for (unsigned n = set & 64 ? fuzz_u8(in) & 63u : 0; n && slot == TN_PRIMARY; n--) {
        if (n <= (unsigned)s->layout->records * s->max_sectors) {
            tn_trailer_put_record(s, n - 1, (uint8_t)(1 + n % 3));
        }
    }
}

static bool has_trailer(uint32_t at, uint32_t n) {
    const struct tn_slots *s = &d.slots;
    uint32_t pri = s->area[TN_PRIMARY].off + tn_trailer_off(s, TN_PRIMARY);
    uint32_t pri_end = s->area[TN_PRIMARY].off + s->area[TN_PRIMARY].size;
    uint32_t sec_end = s->area[TN_SCRATCH].off + s->area[TN_SCRATCH].size;
    uint32_t sec = s->area[TN_SECONDARY].size
            ? s->area[TN_SECONDARY].off + tn_trailer_off(s, TN_SECONDARY)
            : sec_end;

    return n && ((at < pri_end && at + n > pri) || (at < sec_end && at + n > sec));
}

// Writes bytes anywhere, or at a distance from a slot's end.
static void patch(struct fuzz_in *in) {
    uint16_t where = fuzz_u16(in);
    uint8_t n = fuzz_u8(in);
    uint32_t at = where & 0x7fff;

    if (where & 0x8000) {
        const struct tn_area *a = &d.slots.area[where & 1];
        at = a->off + a->size - tn_min(a->size, (where >> 1 & 255u) + 1u);
    }
    at = at % (SECTORS * SECTOR);
    uint32_t len = (uint32_t)fuzz_take(in, d.mem + at, tn_min(n & 63u, SECTORS * SECTOR - at));
    is_odd = is_odd || has_trailer(at, len);
}

// ---- Booting -------------------------------------------------------------------------------

static const struct tn_rule *const rules[] = {
        &tn_count_attempts, &tn_no_downgrade, &tn_no_rollback, &tn_keep_outcomes};

static int count_step(void *ctx) {
    unsigned *steps = ctx;

    PROMISE((*steps)++ < STEPS_MAX);
    return 0;
}

// The image that runs is one of those signed here. Its unprotected TLVs may be anything.
static void check(enum tn_place place) {
    struct tn_image_src src;
    bool in_ram = d.slots.layout == &tn_layout_ram_load;
    bool genuine = false;

    tn_slots_source(&d.slots, place, &src);
    const uint8_t *at = in_ram ? ram_mem + ram.off : d.mem + src.area->off + src.off;
    for (unsigned i = 0; i < IMAGES; i++) {
        const struct test_image *img = &images[in_ram][i];
        uint32_t n = tn_image_hashed_len(&img->hdr);
        genuine = genuine || (!memcmp(at, img->bytes, n) && (!in_ram || ram.off + n <= RAM_SIZE));
    }
    PROMISE(genuine);
}

static void boot(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    uint8_t cut = fuzz_u8(in);
    struct tn_boot b = {.slots = &d.slots,
            .strategy = tn_strategy_of(d.slots.layout),
            .trust = &test_trust,
            .view.recovery = how & 1};
    unsigned steps = 0;
    struct tn_policy p = {.rules = rules,
            .nrules = how & 2 ? TN_LEN(rules) : 0,
            .area = how & 4 ? &log_area : NULL,
            .attempts = how >> 3 & 3,
            .each = count_step,
            .ctx = &steps};

    tn_nor_power_on(&d.nor);
    ram.off = ram.place = 0;
    d.nor.cut_at = how & 32 ? cut + 1u : 0;
    d.nor.cut = (enum tn_nor_cut)((how >> 6) % 3);
    tn_policy_settle(&p, &b);
    if (b.plan.action == TN_PLAN_RUN && !d.nor.dead) {
        check(b.plan.place);
    }
    PROMISE(b.plan.action == TN_PLAN_RUN || b.plan.action == TN_PLAN_RECOVER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    uint8_t which = fuzz_u8(&in);

    is_odd = false;
    make_images();
    make_slots(layouts[which % STRATEGIES], which & 8 ? 16 : 8);
    which = fuzz_u8(&in);
    place(TN_RUNNING, which & 3, which & 16);
    if (d.slots.area[TN_SECONDARY].size) {
        place(which & 64 ? TN_PREVIOUS : TN_CANDIDATE, which >> 2 & 3, which & 32);
    }
    make_trailer(&in, TN_PRIMARY);
    make_trailer(&in, TN_SECONDARY);
    for (unsigned n = fuzz_u8(&in) & 15u; n; n--) {
        patch(&in);
    }
    d.nor.violations = 0;
    for (unsigned i = 0; i < BOOTS; i++) {
        boot(&in);
        d.nor.cut_at = 0;
    }
    PROMISE(is_odd || d.nor.violations == 0);
    return 0;
}
