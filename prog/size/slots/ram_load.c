// SPDX-License-Identifier: Apache-2.0
// RAM load. The window is the middle half of RAM: the loader's variables lie below it, its stack
// above it.
#include "slots.h"

enum {
    WINDOW_ADDR = RAM_ADDR + RAM_SIZE / 4,
    WINDOW_SIZE = RAM_SIZE / 2,
};

static struct tn_ram_window window = {
        .mem = (uint8_t *)WINDOW_ADDR, .addr = WINDOW_ADDR, .size = WINDOW_SIZE};

const struct tn_slots tn_own_slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR, SLOT_SIZE},
                        [TN_SECONDARY] = {&tn_board_flash, SECONDARY_ADDR, SLOT_SIZE},
                },
        .layout = &tn_layout_ram_load,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .ram = &window,
        .max_sectors = SLOT_SECTORS,
        .max_align = 8,
};

const struct tn_strategy *const tn_own_strategy = &tn_ram_load;
