// SPDX-License-Identifier: Apache-2.0
// Written apart from src/boot, which needs a flash to ask: a maker of images knows numbers only.
// test/host holds both to the same results.
#include "host/slot.h"

#include <string.h>

#include "base/bytes.h"

enum { DEFAULT_MAX_SECTORS = 128 };  // imgtool's and MCUboot's

// 0 is none.
static bool is_power_of_two(uint32_t v) {
    return v && (v & (v - 1)) == 0;
}

int tn_slot_check(struct tn_slot_shape *s, struct tn_fault *f) {
    s->align = s->align ? s->align : 8;
    s->max_align = s->max_align ? s->max_align : tn_max(8, s->align);
    s->spare_size = s->spare_size ? s->spare_size : s->slot_size;
    if (!is_power_of_two(s->align) || s->align > 32 || !is_power_of_two(s->max_align) ||
            s->max_align < tn_max(8, s->align) || s->max_align > 32) {
        return tn_fail(f, TN_FAULT_USAGE,
                "--align is 1, 2, 4, 8, 16 or 32, and --max-align 8, 16 or 32 and not below it");
    }
    if (s->sector_size && (s->slot_size % s->sector_size || s->spare_size % s->sector_size)) {
        return tn_fail(f, TN_FAULT_USAGE,
                "the slots are not a whole number of sectors (%u and %u bytes by %u); check "
                "--slot-size and --sector-size",
                (unsigned)s->slot_size, (unsigned)s->spare_size, (unsigned)s->sector_size);
    }
    uint32_t larger = tn_max(s->slot_size, s->spare_size);
    uint32_t own = s->sector_size ? larger / s->sector_size : DEFAULT_MAX_SECTORS;
    if (s->sector_size && s->max_sectors && own > s->max_sectors) {
        return tn_fail(f, TN_FAULT_USAGE,
                "a slot of %u sectors is more than --max-sectors %u; give the bootloader's value",
                (unsigned)own, (unsigned)s->max_sectors);
    }
    s->max_sectors = s->max_sectors ? s->max_sectors : own;
    if (s->max_sectors > 65536) {
        return tn_fail(f, TN_FAULT_USAGE, "--max-sectors is at most 65536");
    }
    return 0;
}

// Offset mode: two status records for each sector, five cells (swap_size, TLV sizes,
// swap_info, copy_done, image_ok), the magic.
uint32_t tn_slot_trailer_size(const struct tn_slot_shape *s) {
    return s->max_sectors * 2 * s->align + 5 * s->max_align + tn_round_up(16, s->max_align);
}

uint32_t tn_slot_max_image(const struct tn_slot_shape *s) {
    uint32_t trailer = tn_slot_trailer_size(s);
    uint32_t room = tn_min(s->slot_size, s->spare_size);

    if (s->sector_size) {
        // The candidate begins at the second sector of the spare slot.
        room = tn_min(s->slot_size, s->spare_size - tn_min(s->spare_size, s->sector_size));
        trailer = tn_round_up(trailer, s->sector_size);
    }
    return room > trailer ? room - trailer : 0;
}

void tn_slot_trailer(const struct tn_slot_shape *s, uint8_t erased, struct tn_slot_trailer *ret) {
    static const uint8_t magic8[16] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52,
            0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};
    static const uint8_t magic_tail[14] = {
            0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a};

    memcpy(ret->magic, magic8, 16);
    if (s->max_align != 8) {
        tn_put_le16(ret->magic, (uint16_t)s->max_align);
        memcpy(ret->magic + 2, magic_tail, sizeof(magic_tail));
    }
    memset(ret->image_ok, erased, sizeof(ret->image_ok));
    ret->image_ok[0] = 1;
    ret->magic_off = s->slot_size - 16;
    ret->image_ok_off = s->slot_size - tn_round_up(16, s->max_align) - s->max_align;
}
