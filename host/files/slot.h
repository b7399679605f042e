// SPDX-License-Identifier: Apache-2.0
// The size of image that a slot can hold, and the trailer at the slot's end. The loader's own code
// computes both (boot/slots.h) from the numbers that the maker of an image knows.
#ifndef TN_HOST_FILES_SLOT_H
#define TN_HOST_FILES_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "boot/slots.h"
#include "host/base/fault.h"

TN_C_BEGIN

// A device's slots, as far as the maker of an image knows them. 0 selects the default that the
// member's comment names.
struct tn_slot_shape {
    uint32_t slot_size;    // of the primary slot; 0: unknown, and nothing is checked
    uint32_t spare_size;   // of the other slot; 0: slot_size
    uint32_t sector_size;  // of the flash; 0: unknown, and max_size is then only an upper bound
    uint32_t max_sectors;  // the bootloader's limit; 0: the slot's own number, or 128
    uint32_t align;        // the flash's write unit, 1 to 512, a power of two; 0: 8
    uint32_t max_align;    // 8 to 512; 0: the larger of 8 and align
    const struct tn_layout *layout;  // NULL: tn_layout_swap_offset
};

// Fills in the shape's defaults and checks it. TN_FAULT_USAGE if it contradicts itself.
int tn_slot_check(struct tn_slot_shape *shape, struct tn_fault *f);

// Both need a checked shape. The first returns the bytes of the trailer; the second the most bytes
// of an image with its TLVs (0: not even one sector is left). With swap-scratch it is an upper
// bound: a small scratch area may leave less.
uint32_t tn_slot_trailer_size(const struct tn_slot_shape *shape);
uint32_t tn_slot_max_image(const struct tn_slot_shape *shape);

// The last bytes of a slot, which tell the bootloader what to do with its image.
struct tn_slot_trailer {
    uint8_t magic[16];
    uint8_t image_ok[TN_FLASH_UNIT_MAX];  // its whole cell, max_align bytes: 01, then erased ones
    uint32_t magic_off;                   // from the slot's start
    uint32_t image_ok_off;
};

void tn_slot_trailer(
        const struct tn_slot_shape *shape, uint8_t erased, struct tn_slot_trailer *ret);

TN_C_END

#endif
