// SPDX-License-Identifier: Apache-2.0
// What layouts share.
#ifndef TN_BOOT_LAYOUT_PRIV_H
#define TN_BOOT_LAYOUT_PRIV_H

#include "boot/slots.h"

// Images begin where the spare slot does.
uint32_t tn_layout_no_off(const struct tn_slots *s);

// Regions of swap using scratch (layout_swap_scratch.c): the slots are cut into regions, from the
// end of the larger image down: the most that fits the scratch area and ends with a sector in
// both slots.
struct tn_region {
    uint32_t start;
    uint32_t end;
};

enum {
    TN_REGION_RECORDS = 3,  // status records of one region
};

// Where the last region of a swap of this size ends: at a sector's end in both slots. 0: nowhere.
uint32_t tn_regions_end(const struct tn_slots *s, uint32_t size);

// The nth region from the end on.
struct tn_region tn_regions_get(const struct tn_slots *s, uint32_t size, uint32_t nth);

// How many regions a swap of this size has; 0 if a sector does not fit the scratch area.
uint32_t tn_regions_count(const struct tn_slots *s, uint32_t size);

// Bytes of a region that are swapped: all, except for what the trailer takes of the last one.
uint32_t tn_regions_len(const struct tn_slots *s, const struct tn_region *r);

// Offset of the first of the three records that the scratch area may hold.
uint32_t tn_regions_scratch_record(const struct tn_slots *s);

#endif
