// SPDX-License-Identifier: Apache-2.0
// Swap using offset with the spare slot in an external flash: what its driver takes, with a bus to
// which a board adds a few lines of its controller.
#include "board_parts.h"
#include "slots.h"
#include "spinor/spinor.h"

static volatile uint32_t data;  // stands for the controller's registers

static void select(bool on) {
    data = on;
}

static void transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        data = out ? out[i] : 0xff;
        uint8_t got = (uint8_t)data;
        if (in) {
            in[i] = got;
        }
    }
}

static const struct tn_spinor_bus bus = {NULL, select, transfer, chip_now_ms, NULL};
static struct tn_spinor chip = {.bus = &bus};
static const struct tn_flash_run runs[] = {{SECTOR, SLOT_SECTORS + 1}};
static const struct tn_flash external = {.ops = &tn_spinor_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = PROG_UNIT,
        .size = SLOT_SIZE + SECTOR,
        .ctx = &chip};

const struct tn_slots tn_own_slots = {
        .area =
                {
                        [TN_PRIMARY] = {&tn_board_flash, PRIMARY_ADDR, SLOT_SIZE},
                        [TN_SECONDARY] = {&external, 0, SLOT_SIZE + SECTOR},
                },
        .layout = &tn_layout_swap_offset,
        .addr = {PRIMARY_ADDR, PRIMARY_ADDR},
        .max_sectors = SLOT_SECTORS + 1,
        .max_align = 8,
};

const struct tn_strategy *const tn_own_strategy = &tn_swap_offset;
