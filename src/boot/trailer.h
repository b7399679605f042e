// SPDX-License-Identifier: Apache-2.0
// The trailer: the end of a slot, which holds the state of a swap, bit for bit as MCUboot's.
//
// Knows cells and what they hold; decides nothing. Source: MCUboot docs/design.md, Image trailer;
// doc/reference/mcuboot.md section 2. From the slot's end downwards, each in a cell of max_align
// bytes: magic (16), image_ok, copy_done, swap_info, (swap-offset only: sizes of the unprotected
// TLV areas,) swap_size, two cells of another size for keys of encrypted images if there are any,
// and the status records, the first of which lies lowest.
#ifndef TN_BOOT_TRAILER_H
#define TN_BOOT_TRAILER_H

#include "base/compiler.h"
#include "boot/slots.h"

TN_C_BEGIN

enum tn_magic {
    TN_MAGIC_UNSET = 0,  // erased
    TN_MAGIC_GOOD = 1,
    TN_MAGIC_BAD = 2,  // anything else: torn
};

enum tn_flag {
    TN_FLAG_UNSET = 0,  // erased
    TN_FLAG_SET = 1,
    TN_FLAG_BAD = 2,  // anything else: torn
};

// MCUboot's numbers of swap types, as swap_info holds them.
enum tn_swap_type {
    TN_SWAP_NONE = 1,
    TN_SWAP_TEST = 2,
    TN_SWAP_PERM = 3,
    TN_SWAP_REVERT = 4,
};

struct tn_trailer {
    uint8_t magic;      // enum tn_magic
    uint8_t image_ok;   // enum tn_flag
    uint8_t copy_done;  // enum tn_flag
    uint8_t type;       // enum tn_swap_type; TN_SWAP_NONE if swap_info holds none of this image
};

// The cells that are written one at a time.
enum tn_cell {
    TN_CELL_IMAGE_OK = 1,
    TN_CELL_COPY_DONE = 2,
    TN_CELL_SWAP_INFO = 3,
    TN_CELL_TLV_SIZES = 4,
    TN_CELL_SWAP_SIZE = 5,
};

enum {
    TN_MAGIC_LEN = 16,
};

// The magic of trailers with cells of this size, for struct tn_slots; NULL if it is none of 8, 16
// and so on up to 512. In a file of its own (boot/magic.c): a board whose cells are of 8 bytes does
// not need it.
const uint8_t *tn_trailer_magic(uint16_t max_align);

// Offset of the trailer in its slot: of its first status record.
uint32_t tn_trailer_off(const struct tn_slots *s, enum tn_slot slot);

// Bytes that it takes.
uint32_t tn_trailer_size(const struct tn_slots *s);

// True if no flag, swap_info or magic of the slot was ever written since its erase.
bool tn_trailer_is_fresh(const struct tn_slots *s, enum tn_slot slot);

// Reads the flags. A flag that cannot be read is BAD.
void tn_trailer_read(const struct tn_slots *s, enum tn_slot slot, struct tn_trailer *ret);

// Reads a cell of four bytes. *ret is 0 if that fails.
int tn_trailer_get(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell, uint32_t *ret);

// Writes a cell: a flag is 1, swap_info a type (the image's number is added here), sizes four
// bytes. A flag that is set or torn stays as it is (TORN-*); any other cell was erased.
int tn_trailer_put(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell, uint32_t value);

// Writes the magic.
int tn_trailer_put_magic(const struct tn_slots *s, enum tn_slot slot);

// True if the primary's trailer holds the status record of this number.
bool tn_trailer_has_record(const struct tn_slots *s, uint32_t number);

// Writes this status record of the primary's trailer: value 1, 2 or 3.
int tn_trailer_put_record(const struct tn_slots *s, uint32_t number, uint8_t value);

// Erases one of the trailer's sectors, the last one first, so that the magic goes first. pos is 0
// at the beginning, and again at the end. TN_MORE, 0, or an error.
int tn_trailer_erase(const struct tn_slots *s, enum tn_slot slot, uint32_t *pos);

// What the next boot would do about the slots, as their trailers stand: TN_SWAP_NONE runs the
// primary slot. A pure function.
enum tn_swap_type tn_boot_next(
        const struct tn_trailer *pri, const struct tn_trailer *sec, const struct tn_layout *layout);

TN_C_END

#endif
