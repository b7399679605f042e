// SPDX-License-Identifier: Apache-2.0
// A part of a flash device, which holds a slot, a journal or a store.
//
// The one place where bounds and alignment are checked. Offsets count from the area's beginning.
// Every call returns 0 or a negative error: TN_ERANGE if the range does not fit the area or is not
// aligned to the flash's units, otherwise the port's error.
#ifndef TN_FLASH_AREA_H
#define TN_FLASH_AREA_H

#include "base/compiler.h"
#include "flash/flash.h"

TN_C_BEGIN

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

// Writes a few bytes. Fills the rest of their write units, at most TN_FLASH_UNIT_MAX bytes in all,
// with the erased value.
int tn_area_put(const struct tn_area *a, uint32_t off, const void *buf, uint32_t len);

// Erases the sector that holds off. ret: that sector, unless the call returns TN_ERANGE. TN_MORE:
// call again.
int tn_area_erase(const struct tn_area *a, uint32_t off, struct tn_sector *ret);

// Finds the sector that holds off.
int tn_area_sector(const struct tn_area *a, uint32_t off, struct tn_sector *ret);

// True if len bytes at off read as erased; false if not, or if they cannot be read.
bool tn_area_is_erased(const struct tn_area *a, uint32_t off, uint32_t len);

// True if len bytes are the same in both places; false if not, or if they cannot be read.
bool tn_area_is_equal(const struct tn_area *a, uint32_t a_off, const struct tn_area *b,
        uint32_t b_off, uint32_t len);

TN_C_END

#endif
