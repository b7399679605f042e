// SPDX-License-Identifier: Apache-2.0
// Slots that do not fit their strategy are refused, with the name of the strategy.
#include "boot/check.h"
#include "boot/trailer.h"

#include "base/compiler.h"
#include "test.h"

static struct tn_flash_run runs[2];
static struct tn_flash flash;
static struct tn_slots slots;

// Makes slots of so many sectors of 1 KiB; if uneven, the spare one has sectors of 2 KiB.
static const char *fault(const struct tn_layout *layout, uint32_t primary, uint32_t spare,
        bool uneven, uint16_t unit, uint16_t max_align) {
    uint32_t second = uneven ? 2048 : 1024;

    runs[0] = (struct tn_flash_run){1024, primary};
    runs[1] = (struct tn_flash_run){second, spare};
    flash = (struct tn_flash){.runs = runs,
            .nruns = 2,
            .erased = 0xff,
            .prog_unit = unit,
            .size = primary * 1024 + spare * second};
    slots = (struct tn_slots){
            .area = {{&flash, 0, primary * 1024}, {&flash, primary * 1024, spare * second}},
            .layout = layout,
            .max_sectors = 64,
            .max_align = max_align,
            .magic = tn_trailer_magic(max_align),
    };
    return tn_slots_fault(&slots);
}

static void check_fault(const char *got, const char *words) {
    CHECK(got != NULL);
    CHECK(strstr(got, words) != NULL);
}

TEST(slots_that_fit_have_no_fault) {
    CHECK(!fault(&tn_layout_swap_offset, 32, 33, false, 4, 8));
    CHECK(!fault(&tn_layout_swap_offset, 32, 32, false, 32, 32));
    CHECK(!fault(&tn_layout_swap_move, 33, 32, false, 4, 8));
    CHECK(!fault(&tn_layout_overwrite_only, 32, 16, true, 512, 512));
    CHECK(!fault(&tn_layout_direct_xip, 32, 32, false, 64, 64));
    CHECK(!fault(&tn_layout_direct_xip_revert, 32, 32, false, 128, 128));
}

TEST(swaps_refuse_write_units_above_32) {
    check_fault(fault(&tn_layout_swap_offset, 32, 33, false, 64, 64), "at most 32");
    check_fault(fault(&tn_layout_swap_move, 33, 32, false, 512, 512), "at most 32");
    check_fault(fault(&tn_layout_swap_scratch, 32, 32, false, 64, 64), "at most 32");
    check_fault(fault(&tn_layout_swap_offset, 32, 33, false, 8, 64), "at most 32");
}

TEST(a_spare_slot_in_another_device_has_no_larger_write_unit) {
    static struct tn_flash external;

    CHECK(!fault(&tn_layout_swap_offset, 32, 33, false, 4, 8));
    external = flash;
    slots.area[TN_SECONDARY].flash = &external;
    CHECK(!tn_slots_fault(&slots));
    external.prog_unit = 1;
    CHECK(!tn_slots_fault(&slots));
    external.prog_unit = 8;
    check_fault(tn_slots_fault(&slots), "write unit of the spare slot");
    slots.layout = &tn_layout_overwrite_only;
    CHECK(!tn_slots_fault(&slots));
}

TEST(sectors_have_to_fit_the_strategy) {
    check_fault(fault(&tn_layout_swap_offset, 32, 16, true, 4, 8), "swap-scratch");
    check_fault(fault(&tn_layout_swap_offset, 32, 34, false, 4, 8), "the spare slot");
    check_fault(fault(&tn_layout_swap_offset, 33, 32, false, 4, 8), "the spare slot");
    check_fault(fault(&tn_layout_swap_move, 32, 33, false, 4, 8), "the primary slot");
    check_fault(fault(&tn_layout_swap_scratch, 32, 33, false, 4, 8), "one size");
    check_fault(fault(&tn_layout_swap_offset, 65, 65, false, 4, 8), "max_sectors");
    check_fault(fault(&tn_layout_swap_offset, 1, 1, false, 4, 8), "no room");
}

TEST(units_and_cells_are_powers_of_two) {
    check_fault(fault(&tn_layout_overwrite_only, 32, 32, false, 24, 32), "512");
    check_fault(fault(&tn_layout_overwrite_only, 32, 32, false, 1024, 8), "512");
    check_fault(fault(&tn_layout_swap_offset, 32, 33, false, 16, 8), "max_align");
    check_fault(fault(&tn_layout_swap_offset, 32, 33, false, 4, 12), "max_align");
}

TEST(strategies_have_names) {
    static const char *const names[] = {"swap-offset", "swap-move", "swap-scratch",
            "overwrite-only", "direct-xip", "direct-xip-revert", "ram-load", "single-slot"};
    for (size_t i = 0; i < TN_LEN(names); i++) {
        CHECK_STR(tn_layout_name(tn_layout_by_name(names[i])), names[i]);
    }
    CHECK(!tn_layout_by_name("swap"));
    CHECK(!tn_layout_name(NULL));
}
