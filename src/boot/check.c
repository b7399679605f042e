// SPDX-License-Identifier: Apache-2.0
#include "boot/check.h"

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "boot/trailer.h"

enum {
    SWAP_UNIT_MAX = 32,  // MCUboot's largest BOOT_MAX_ALIGN for swaps
};

// How a strategy wants its slots' sectors.
enum sectors {
    ANY,
    ONE_MORE_0,  // of one size, and the primary slot may have one more than the spare one
    ONE_MORE_1,  // the spare slot may
    SAME_SIZE,   // the slots are of one size; their sectors are not
};

static const struct {
    const struct tn_layout *row;
    const char *name;
    bool swaps;
    enum sectors sectors;
} layouts[] = {
        {&tn_layout_swap_offset, "swap-offset", true, ONE_MORE_1},
        {&tn_layout_swap_move, "swap-move", true, ONE_MORE_0},
        {&tn_layout_swap_scratch, "swap-scratch", true, SAME_SIZE},
        {&tn_layout_overwrite_only, "overwrite-only", false, ANY},
        {&tn_layout_direct_xip, "direct-xip", false, ANY},
        {&tn_layout_direct_xip_revert, "direct-xip-revert", false, ANY},
        {&tn_layout_ram_load, "ram-load", false, ANY},
        {&tn_layout_single_slot, "single-slot", false, ANY},
};

const char *tn_layout_name(const struct tn_layout *layout) {
    for (size_t i = 0; i < TN_LEN(layouts); i++) {
        if (layouts[i].row == layout) {
            return layouts[i].name;
        }
    }
    return NULL;
}

const struct tn_layout *tn_layout_by_name(const char *name) {
    for (size_t i = 0; i < TN_LEN(layouts); i++) {
        if (strcmp(layouts[i].name, name) == 0) {
            return layouts[i].row;
        }
    }
    return NULL;
}

// Sectors of an area; *ret_size: of all of them, 0 if they differ. 0: it is no whole number.
static uint32_t count_sectors(const struct tn_area *a, uint32_t *ret_size) {
    struct tn_sector sector;
    uint32_t n = 0;

    *ret_size = 0;
    for (uint32_t off = 0; off < a->size; off += sector.size, n++) {
        if (tn_area_sector(a, off, &sector) || sector.off != off || sector.size > a->size - off) {
            return 0;
        }
        *ret_size = n && *ret_size != sector.size ? 0 : sector.size;
    }
    return n;
}

// Scratch holds a trailer with the records of one region while the primary's is written.
static const char *scratch_fault(const struct tn_slots *s) {
    uint32_t records = s->layout->records * s->area[TN_PRIMARY].flash->prog_unit;
    uint32_t trailer = tn_trailer_size(s) - (s->max_sectors - 1u) * records;

    return s->area[TN_SCRATCH].size > trailer ? NULL : "the scratch area has no room for a trailer";
}

// What is wrong with the sectors, as the end of a sentence; NULL: nothing.
static const char *sectors_fault(const struct tn_slots *s, enum sectors want) {
    uint32_t size[2];
    uint32_t n[2];

    for (int i = 0; i < 2; i++) {
        n[i] = count_sectors(&s->area[i], &size[i]);
        if (!n[i] && s->area[i].size) {
            return "a slot is not a whole number of sectors";
        }
    }
    if (want == SAME_SIZE) {
        return s->area[0].size == s->area[1].size ? scratch_fault(s)
                                                  : "the slots have to be of one size";
    }
    if (want == ANY) {
        return NULL;
    }
    if (!size[0] || size[0] != size[1]) {
        return "the sectors of both slots have to be of one size; swap-scratch takes others";
    }
    uint32_t with_more = want == ONE_MORE_0 ? 0 : 1;
    if (n[with_more] != n[!with_more] && n[with_more] != n[!with_more] + 1) {
        return want == ONE_MORE_0
                ? "the primary slot has as many sectors as the spare one, or one more"
                : "the spare slot has as many sectors as the primary one, or one more";
    }
    return n[0] <= s->max_sectors && n[1] <= s->max_sectors
            ? NULL
            : "max_sectors is below the number of a slot's sectors";
}

static bool is_power_of_two(uint32_t v) {
    return v && (v & (v - 1)) == 0;
}

const char *tn_slots_fault(const struct tn_slots *s) {
    uint32_t unit = s->area[TN_PRIMARY].flash->prog_unit;
    uint32_t spare = s->area[TN_SECONDARY].size ? s->area[TN_SECONDARY].flash->prog_unit : unit;
    size_t i = 0;

    while (i < TN_LEN(layouts) && layouts[i].row != s->layout) {
        i++;
    }
    if (i == TN_LEN(layouts)) {
        return NULL;  // a layout of somebody else: nothing to check
    }
    if (!is_power_of_two(unit) || unit > TN_FLASH_UNIT_MAX) {
        return "the write unit is a power of two, at most 512 bytes";
    }
    if (layouts[i].swaps && (unit > SWAP_UNIT_MAX || s->max_align > SWAP_UNIT_MAX)) {
        return "it takes write units of at most 32 bytes; take overwrite-only, direct-xip or "
               "ram-load";
    }
    if (layouts[i].swaps && spare > unit) {
        return "the write unit of the spare slot is at most that of the primary slot";
    }
    if (s->max_align && (s->max_align < tn_max(8, unit) || !is_power_of_two(s->max_align))) {
        return "max_align is a power of two, not below 8 and the write unit";
    }
    const uint8_t *magic = tn_trailer_magic(s->max_align);
    if (!magic || memcmp(s->magic ? s->magic : tn_trailer_magic(8), magic, TN_MAGIC_LEN)) {
        return "the trailers' magic is not that of max_align";
    }
    const char *fault = sectors_fault(s, layouts[i].sectors);
    uint32_t max = tn_slots_max_image(s);
    if (!fault && (!max || max > s->area[TN_PRIMARY].size)) {  // below 0, where nothing is checked
        fault = "there is no room for an image beside the trailer";
    }
    return fault;
}
