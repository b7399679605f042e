// SPDX-License-Identifier: Apache-2.0
// The card on SPIM0. A board's pins.h names its pins: PIN_SD_SCK, PIN_SD_MOSI, PIN_SD_MISO,
// PIN_SD_CS; PIN_SD_POWER, which is high while the card has power; and PIN_LED.
#include "board_parts.h"
#include "chip.h"
#include "pins.h"
#include "sdcard/sd.h"
#include "spim.h"

enum {
    POWER_MS = 10,  // for the supply to settle; the card's own ramp may take as long again
};

static const struct nrf5x_spi_pins pins = {PIN_SD_SCK, PIN_SD_MOSI, PIN_SD_MISO, PIN_SD_CS};

void tn_board_card_led(bool on) {
    nrf5x_spi_output(PIN_LED, on);
}

static void begin(void) {
    nrf5x_spi_output(PIN_SD_POWER, true);
    nrf5x_spi_begin(&pins);
    uint32_t since = chip_now_ms();
    while (chip_now_ms() - since < POWER_MS) {
    }
}

static void select(bool on) {
    nrf5x_spi_select(&pins, on);
}

static const struct tn_sd_bus bus = {
        .begin = begin,
        .speed = nrf5x_spi_speed,
        .select = select,
        .transfer = nrf5x_spi_transfer,
        .now_ms = chip_now_ms,
        .alive = chip_alive,
};
static struct tn_sd card = {.bus = &bus};

const struct tn_disk tn_board_card = {tn_sd_open, tn_sd_read, &card};
