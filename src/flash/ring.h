// SPDX-License-Identifier: Apache-2.0
// Records in flash that outlive resets: a ring of them in its own area.
//
// Knows places and numbers, not the content of a record. Each record is written behind the one
// before. A sector is erased when the ring comes round to its first place, so that the newest
// records are always in another sector. A torn record fails its CRC and does not count.
#ifndef TN_FLASH_RING_H
#define TN_FLASH_RING_H

#include "base/compiler.h"
#include "flash/area.h"

TN_C_BEGIN

// A record is 32 bytes: magic (1) | format and image number, 4 bits each (1) | the caller's (2) |
// number (4) | the caller's (20) | CRC-32 of all bytes before it (4); little-endian.
enum {
    TN_RING_RECORD = 32,
    TN_RING_SMALL_AT = 2,  // the caller's two bytes
    TN_RING_AT = 8,        // the caller's twenty
};

// The second byte of a record: its format and image number.
#define TN_RING_KIND(format, image) ((uint8_t)((format) << 4 | (image)))

struct tn_ring {
    const struct tn_area *area;
    uint32_t seq;    // number of the newest record, from 1 on; 0: there is none
    uint32_t place;  // where that record starts
    uint8_t magic;
    uint8_t kind;  // TN_RING_KIND of the records that are read and written here
};

// Finds the newest record of this magic and kind, and reads it to ret; if there is none, all of ret
// is 0. Records of another kind keep their places and numbers, and are not read. A record that
// cannot be read does not count. area must outlive r, and has two or more sectors of one size. One
// sector will do if a loss of power may cost all records, once in each round. NULL: a ring that is
// always empty.
void tn_ring_open(
        struct tn_ring *r, const struct tn_area *area, uint8_t magic, uint8_t kind, uint8_t *ret);

// Writes a record behind the newest one. The caller fills its own bytes; magic, kind, number and
// CRC are filled in here. May erase a sector first; returns when all is done. 0; TN_ENOSPC without
// an area, or behind number 2^32 - 1; the flash's error; or TN_EIO if the record does not read
// back. After an error, the newest record is still the same.
int tn_ring_add(struct tn_ring *r, uint8_t *record);

// The number of records that the area has room for.
uint32_t tn_ring_room(const struct tn_ring *r);

// Reads the nth record, counted back from the newest (0). TN_ENOENT: there are no more. TN_ENOTSUP:
// it is of another kind.
int tn_ring_get(const struct tn_ring *r, uint32_t nth, uint8_t *ret);

TN_C_END

#endif
