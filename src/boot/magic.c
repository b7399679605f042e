// SPDX-License-Identifier: Apache-2.0
// Where max_align is not 8, it stands in the magic's first two bytes (MCUboot's
// boot/bootutil/src/bootutil_public.c, BOOT_MAX_ALIGN).
#include "base/compiler.h"
#include "boot/trailer.h"

#define MAGIC(align)                                                                               \
    {                                                                                              \
        (align) & 0xff, (align) >> 8, 0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c,  \
                0x11, 0x0f, 0x1f, 0x8a                                                             \
    }

static const uint8_t magic_8[TN_MAGIC_LEN] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35,
        0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};
static const uint8_t magics[][TN_MAGIC_LEN] = {
        MAGIC(16), MAGIC(32), MAGIC(64), MAGIC(128), MAGIC(256), MAGIC(512)};

const uint8_t *tn_trailer_magic(uint16_t max_align) {
    if (max_align == 0 || max_align == 8) {
        return magic_8;
    }
    for (size_t i = 0; i < TN_LEN(magics); i++) {
        if (max_align == 16u << i) {
            return magics[i];
        }
    }
    return NULL;
}
