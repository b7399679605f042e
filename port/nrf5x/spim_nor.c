// SPDX-License-Identifier: Apache-2.0
// The external flash on SPIM0. A board's pins.h names its pins: PIN_NOR_SCK, PIN_NOR_MOSI,
// PIN_NOR_MISO, PIN_NOR_CS; its layout.h says how much of it is used and in which sectors:
// EXTERNAL_SIZE, EXTERNAL_SECTOR.
#include "board_parts.h"
#include "chip.h"
#include "layout.h"
#include "pins.h"
#include "spim.h"
#include "spinor/spinor.h"

enum {
    KHZ = 8000,  // the most that SPIM0 does; chips take 20 MHz and more
};

static const struct nrf5x_spi_pins pins = {PIN_NOR_SCK, PIN_NOR_MOSI, PIN_NOR_MISO, PIN_NOR_CS};

static void begin(void) {
    nrf5x_spi_begin(&pins);
    nrf5x_spi_speed(KHZ);
}

static void select(bool on) {
    nrf5x_spi_select(&pins, on);
}

static const struct tn_spinor_bus bus = {
        .begin = begin,
        .select = select,
        .transfer = nrf5x_spi_transfer,
        .now_ms = chip_now_ms,
        .alive = chip_alive,
};
static struct tn_spinor chip = {.bus = &bus};

static const struct tn_flash_run runs[] = {
        {.sector_size = EXTERNAL_SECTOR, .count = EXTERNAL_SIZE / EXTERNAL_SECTOR}};
const struct tn_flash tn_board_external = {
        .ops = &tn_spinor_ops,
        .runs = runs,
        .nruns = 1,
        .erased = 0xff,
        .prog_unit = 4,
        .erase_ms = EXTERNAL_ERASE_MS,
        .size = EXTERNAL_SIZE,
        .ctx = &chip,
};

void tn_board_external_end(void) {
    nrf5x_spi_end(&pins);
}
