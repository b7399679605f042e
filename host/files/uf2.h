// SPDX-License-Identifier: Apache-2.0
// UF2: blocks of 512 bytes that a bootloader accepts as a file on a USB drive.
//
// Sources: github.com/microsoft/uf2, README.md, and utils/uf2families.json.
#ifndef TN_HOST_FILES_UF2_H
#define TN_HOST_FILES_UF2_H

#include "host/files/segments.h"

#include "base/compiler.h"

TN_C_BEGIN

// A bootloader skips blocks of another family than its own.
struct tn_uf2_family {
    const char *name;
    uint32_t id;
};

// Families by name, the last with name NULL. A name is its chip's, in lower case.
extern const struct tn_uf2_family tn_uf2_families[];

// A family's name, in upper or lower case, or its number: "nrf52840", "0xada52840". Returns 0, or
// -1 if text is neither.
int tn_uf2_family(const char *text, uint32_t *ret);

// The segments as UF2 on the heap: 256 bytes per block, at addresses that are multiples of 256.
// Bytes of a block that no segment has are 0xff.
int tn_uf2_format(
        const struct tn_segments *s, uint32_t family, struct tn_buf *ret, struct tn_fault *f);

// Adds the blocks of a UF2. Skips blocks that are not for flash. Refuses a file for several
// families, because their blocks may have the same addresses.
int tn_uf2_parse(
        struct tn_segments *s, const uint8_t *p, size_t len, const char *name, struct tn_fault *f);

TN_C_END

#endif
