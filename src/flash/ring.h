// SPDX-License-Identifier: Apache-2.0
// Records in flash that outlive resets: a ring of them in an area of its own.
//
// Knows places and numbers, not what a record says. Records are written one behind the other, and
// a sector is erased when its first place is due, so that the newest records are always in
// another one. A torn record fails its CRC and does not count.
#ifndef TN_FLASH_RING_H
#define TN_FLASH_RING_H

#include "flash/area.h"

// A record is 32 bytes: magic (1) | format and image number, 4 bits each (1) | the owner's (2) |
// number (4) | the owner's (20) | CRC-32 of all before it (4); little-endian.
enum {
    TN_RING_RECORD = 32,
    TN_RING_SMALL_AT = 2,  // two bytes
    TN_RING_AT = 8,        // twenty
};

// The second byte of records in this format, of this image.
#define TN_RING_KIND(format, image) ((uint8_t)((format) << 4 | (image)))

struct tn_ring {
    const struct tn_area *area;
    uint32_t seq;    // the newest record's number, from 1 on; 0: there is none
    uint32_t place;  // its bytes begin here
    uint8_t magic;
    uint8_t kind;  // TN_RING_KIND of the records that are read and written here
};

// Finds the newest record of this magic and kind, and reads it to ret; all of ret is 0 if there is
// none. Records of another kind keep their places and numbers, and are not read. area lives on:
// two sectors or more, of one size; NULL: a ring that is always empty. A record that cannot be read
// does not count.
void tn_ring_open(
        struct tn_ring *r, const struct tn_area *area, uint8_t magic, uint8_t kind, uint8_t *ret);

// Writes a record behind the newest one. The caller fills its own bytes; magic, kind, number and
// CRC are filled in here. May erase a sector, and returns when all is done. 0; TN_ENOSPC without an
// area, or behind number 2^32 - 1; what the flash said, or TN_EIO if the record does not read back:
// nothing has changed then.
int tn_ring_add(struct tn_ring *r, uint8_t *record);

// How many records the area has room for.
uint32_t tn_ring_room(const struct tn_ring *r);

// The nth record from the newest (0) back. TN_ENOENT: there are no more. TN_ENOTSUP: it is of
// another kind.
int tn_ring_get(const struct tn_ring *r, uint32_t nth, uint8_t *ret);

#endif
