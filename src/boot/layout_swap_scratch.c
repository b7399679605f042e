// SPDX-License-Identifier: Apache-2.0
// Swap using scratch: regions of both slots, and what the last one shares with the trailer.
#include "base/bytes.h"
#include "boot/layout_priv.h"
#include "boot/trailer.h"

// True if a sector of the slot begins, or its last one ends, at off.
static bool is_boundary(const struct tn_area *a, uint32_t off) {
    struct tn_sector sector;

    return off == a->size || (!tn_area_sector(a, off, &sector) && sector.off == off);
}

// The region below end. Empty if no sector fits.
static struct tn_region region_below(const struct tn_slots *s, uint32_t end) {
    struct tn_region ret = {end, end};
    struct tn_sector sector = {end, 0};

    while (sector.off && !tn_area_sector(&s->area[TN_PRIMARY], sector.off - 1, &sector) &&
            end - sector.off <= s->area[TN_SCRATCH].size) {
        if (is_boundary(&s->area[TN_SECONDARY], sector.off)) {
            ret.start = sector.off;
        }
    }
    return ret;
}

uint32_t tn_regions_end(const struct tn_slots *s, uint32_t size) {
    struct tn_sector sector;
    uint32_t off = 0;

    while (off < size || !is_boundary(&s->area[TN_SECONDARY], off)) {
        if (tn_area_sector(&s->area[TN_PRIMARY], off, &sector)) {
            return 0;
        }
        off = sector.off + sector.size;
    }
    return off <= s->area[TN_SECONDARY].size ? off : 0;
}

struct tn_region tn_regions_get(const struct tn_slots *s, uint32_t size, uint32_t nth) {
    struct tn_region r = region_below(s, tn_regions_end(s, size));

    while (nth--) {
        r = region_below(s, r.start);
    }
    return r;
}

uint32_t tn_regions_count(const struct tn_slots *s, uint32_t size) {
    struct tn_region r = {tn_regions_end(s, size), 0};
    uint32_t n = 0;

    while (r.start) {
        r = region_below(s, r.start);
        if (r.start == r.end) {
            return 0;
        }
        n++;
    }
    return n;
}

uint32_t tn_regions_scratch_record(const struct tn_slots *s) {
    const struct tn_area *a = &s->area[TN_SCRATCH];

    return a->size - (s->area[TN_PRIMARY].size - tn_trailer_off(s, TN_PRIMARY)) +
            ((uint32_t)s->max_sectors - 1) * TN_REGION_RECORDS *
            s->area[TN_PRIMARY].flash->prog_unit;
}

uint32_t tn_regions_len(const struct tn_slots *s, const struct tn_region *r) {
    uint32_t trailer = tn_trailer_off(s, TN_PRIMARY);

    return r->end <= trailer ? r->end - r->start
                             : tn_min(trailer - r->start, tn_regions_scratch_record(s));
}

static uint32_t max_image(const struct tn_slots *s) {
    uint32_t trailer = tn_min(tn_trailer_off(s, TN_PRIMARY), tn_trailer_off(s, TN_SECONDARY));
    struct tn_region last = tn_regions_get(s, trailer, 0);

    return tn_regions_count(s, trailer) ? last.start + tn_regions_len(s, &last) : 0;
}

const struct tn_layout tn_layout_swap_scratch = {
        .mode = 1,
        .records = TN_REGION_RECORDS,
        .cells = TN_CELL_TLV_SIZES,
        .reverts = true,
        .candidate_off = tn_layout_no_off,
        .max_image = max_image,
};
