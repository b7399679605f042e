// SPDX-License-Identifier: Apache-2.0
// One block of a UF2 file: 512 bytes that name their own place, so that a device accepts them in
// any order.
//
// Knows the block's form only: no drive, no image. Source: github.com/microsoft/uf2, README.md,
// "File format" and "Flags". All numbers are 32 bits, little-endian:
//
//     magic | magic | flags | address | length of the data | number | count | family | data (476) |
//     magic
#ifndef TN_LINK_UF2_H
#define TN_LINK_UF2_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_UF2_BLOCK = 512,
    TN_UF2_DATA_MAX = 476,
};

// tn_uf2_block.flags.
enum {
    TN_UF2_NOT_FLASH = 0x1,     // for the device's information only
    TN_UF2_CONTAINER = 0x1000,  // a part of a file, with a name instead of an address
    TN_UF2_FAMILY = 0x2000,     // family is a family; else it is the file's size, or 0
};

struct tn_uf2_block {
    uint32_t flags;
    uint32_t addr;    // of the first byte of data
    uint32_t len;     // of data: at most TN_UF2_DATA_MAX
    uint32_t number;  // of this block: below count
    uint32_t count;   // of the file's blocks
    uint32_t family;
    const uint8_t *data;  // within the bytes that were read
};

// True if these TN_UF2_BLOCK bytes have the magic numbers of a block.
bool tn_uf2_is_block(const uint8_t *p);

// Reads such bytes. Returns 0; TN_ECORRUPT if the numbers contradict each other.
int tn_uf2_get(struct tn_uf2_block *ret, const uint8_t *p);

TN_C_END

#endif
