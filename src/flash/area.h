// SPDX-License-Identifier: Apache-2.0
// A part of a flash device: what a slot, a journal or a store lies in.
//
// The one place where bounds and alignment are checked. Offsets are from the area's beginning.
// Every call returns 0 or a negative error: TN_ERANGE for what does not fit the area or its
// flash's units, otherwise what the port said.
#ifndef TN_FLASH_AREA_H
#define TN_FLASH_AREA_H

#include "flash/flash.h"

struct tn_area {
    const struct tn_flash *flash;
    uint32_t off;   // on a sector's boundary
    uint32_t size;  // whole sectors
};

struct tn_sector {
    uint32_t off;
    uint32_t size;
};

int tn_area_read(const struct tn_area *a, uint32_t off, void *buf, uint32_t len);

// off and len are multiples of the flash's prog_unit.
int tn_area_prog(const struct tn_area *a, uint32_t off, const void *buf, uint32_t len);

// Writes a few bytes; the rest of the units that they lie in, at most TN_FLASH_UNIT_MAX bytes in
// all, is filled with the erased value.
int tn_area_put(const struct tn_area *a, uint32_t off, const void *buf, uint32_t len);

// Erases the sector that holds off. ret: which one that is, unless it is TN_ERANGE. TN_MORE: call
// again.
int tn_area_erase(const struct tn_area *a, uint32_t off, struct tn_sector *ret);

// The sector that holds off.
int tn_area_sector(const struct tn_area *a, uint32_t off, struct tn_sector *ret);

// 1 if len bytes at off read as erased, 0 if not. What cannot be read is not erased.
int tn_area_is_erased(const struct tn_area *a, uint32_t off, uint32_t len);

// 1 if len bytes are the same in both places, 0 if not. What cannot be read is not the same.
int tn_area_is_equal(const struct tn_area *a, uint32_t a_off, const struct tn_area *b,
        uint32_t b_off, uint32_t len);

#endif
