// SPDX-License-Identifier: Apache-2.0
// Makes a device's slots from the numbers, and calls the loader's own functions on them.
#include "host/files/slot.h"

#include <string.h>

#include "base/bytes.h"
#include "boot/check.h"
#include "boot/trailer.h"

enum { DEFAULT_MAX_SECTORS = 128 };  // imgtool's and MCUboot's

// A device that has only a layout: its flash cannot be read.
struct layout {
    struct tn_flash_run run;
    struct tn_flash flash;
    struct tn_slots slots;
};

static void lay_out(const struct tn_slot_shape *s, struct layout *ret) {
    // The size of a scratch area does not matter to the maker of an image, as long as it is not
    // known: a large one leaves the most room.
    uint32_t scratch = s->layout == &tn_layout_swap_scratch ? s->slot_size : 0;
    uint32_t all = s->slot_size + s->spare_size + scratch;

    memset(ret, 0, sizeof(*ret));
    // If the sector size is unknown, sectors of one byte leave the most room.
    ret->run.sector_size = s->sector_size ? s->sector_size : 1;
    ret->run.count = all / ret->run.sector_size;
    ret->flash.runs = &ret->run;
    ret->flash.nruns = 1;
    ret->flash.prog_unit = (uint16_t)s->align;
    ret->flash.size = all;
    ret->slots.area[TN_PRIMARY] = (struct tn_area){&ret->flash, 0, s->slot_size};
    ret->slots.area[TN_SECONDARY] = (struct tn_area){&ret->flash, s->slot_size, s->spare_size};
    ret->slots.area[TN_SCRATCH] =
            (struct tn_area){&ret->flash, s->slot_size + s->spare_size, scratch};
    ret->slots.layout = s->layout;
    ret->slots.max_sectors = (uint16_t)s->max_sectors;
    ret->slots.max_align = (uint16_t)s->max_align;
    ret->slots.magic = tn_trailer_magic(ret->slots.max_align);
}

static int complete(struct tn_slot_shape *s, struct tn_fault *f) {
    s->layout = s->layout ? s->layout : &tn_layout_swap_offset;
    s->align = s->align ? s->align : 8;
    s->max_align = s->max_align ? s->max_align : tn_max(8, s->align);
    s->spare_size = s->spare_size ? s->spare_size : s->slot_size;
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
    if (s->max_sectors > UINT16_MAX) {
        return tn_fail(f, TN_FAULT_USAGE, "--max-sectors is at most 65535");
    }
    return 0;
}

int tn_slot_check(struct tn_slot_shape *s, struct tn_fault *f) {
    struct layout l;

    if (complete(s, f)) {
        return -1;
    }
    if (!s->slot_size || !s->sector_size) {
        return 0;  // not enough is known for a check
    }
    lay_out(s, &l);
    const char *fault = tn_slots_fault(&l.slots);
    return fault ? tn_fail(f, TN_FAULT_USAGE, "%s: %s", tn_layout_name(s->layout), fault) : 0;
}

uint32_t tn_slot_trailer_size(const struct tn_slot_shape *s) {
    struct layout l;

    lay_out(s, &l);
    return tn_trailer_size(&l.slots);
}

uint32_t tn_slot_max_image(const struct tn_slot_shape *s) {
    struct layout l;

    lay_out(s, &l);
    uint32_t trailer = tn_trailer_size(&l.slots);
    return trailer < tn_min(s->slot_size, s->spare_size) ? tn_slots_max_image(&l.slots) : 0;
}

void tn_slot_trailer(const struct tn_slot_shape *s, uint8_t erased, struct tn_slot_trailer *ret) {
    memcpy(ret->magic, tn_trailer_magic((uint16_t)s->max_align), sizeof(ret->magic));
    memset(ret->image_ok, erased, sizeof(ret->image_ok));
    ret->image_ok[0] = 1;
    ret->magic_off = s->slot_size - 16;
    ret->image_ok_off = s->slot_size - tn_round_up(16, s->max_align) - s->max_align;
}
