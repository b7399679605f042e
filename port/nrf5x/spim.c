// SPDX-License-Identifier: Apache-2.0
#include "spim.h"

#include <stddef.h>

#include "board_parts.h"
#include "chip.h"
#include "pins.h"
#include "sdcard/sd.h"

enum {
    PORT = 32,  // pins of a port
    // Rounds of 4 cycles or more: 512 bytes at 250 kHz take 16.4 ms, a million cycles.
    PATIENCE = 1000000,
    POWER_MS = 10,  // for the supply to settle; the card's own ramp may take as long again
    SLOW_KHZ = 1000,
};

static void put_pin(unsigned pin, bool high) {
    if (pin < PORT) {
        *(high ? &P0_OUTSET : &P0_OUTCLR) = 1u << pin;
    } else {
        *(high ? &P1_OUTSET : &P1_OUTCLR) = 1u << (pin - PORT);
    }
}

static void set_up(unsigned pin, uint32_t value) {
    if (pin < PORT) {
        P0_PIN_CNF(pin) = value;
    } else {
        P1_PIN_CNF(pin - PORT) = value;
    }
}

static void make_output(unsigned pin, bool high) {
    put_pin(pin, high);
    set_up(pin, GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT);
}

void tn_board_card_led(bool on) {
    make_output(PIN_LED, on);
}

static void begin(void) {
    make_output(PIN_SD_POWER, true);
    make_output(PIN_SD_CS, true);
    make_output(PIN_SD_SCK, false);
    make_output(PIN_SD_MOSI, true);
    set_up(PIN_SD_MISO, GPIO_PIN_CNF_PULLUP);  // an absent card reads 0xff
    SPIM0_PSEL_SCK = PIN_SD_SCK;
    SPIM0_PSEL_MOSI = PIN_SD_MOSI;
    SPIM0_PSEL_MISO = PIN_SD_MISO;
    SPIM0_ORC = 0xff;  // what goes out behind the data; CONFIG is 0: mode 0
    SPIM0_ENABLE = SPIM0_ENABLE_ON;
    uint32_t since = chip_now_ms();
    while (chip_now_ms() - since < POWER_MS) {
    }
}

static void speed(uint32_t khz) {
    SPIM0_FREQUENCY = khz < SLOW_KHZ ? SPIM0_FREQUENCY_K250 : SPIM0_FREQUENCY_M8;
}

static void select(bool on) {
    put_pin(PIN_SD_CS, !on);
}

// EasyDMA: the lengths may be 0, and the longer one counts.
static void transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
    static uint8_t nothing;

    SPIM0_TXD_PTR = (uint32_t)(uintptr_t)(out ? out : &nothing);
    SPIM0_TXD_MAXCNT = out ? len : 0;
    SPIM0_RXD_PTR = (uint32_t)(uintptr_t)(in ? in : &nothing);
    SPIM0_RXD_MAXCNT = in ? len : 0;
    SPIM0_END = 0;
    __asm volatile("" ::: "memory");
    SPIM0_START = 1;
    for (uint32_t i = 0; !SPIM0_END && i < PATIENCE; i++) {
    }
    __asm volatile("" ::: "memory");
}

static const struct tn_sd_bus bus = {
        .begin = begin,
        .speed = speed,
        .select = select,
        .transfer = transfer,
        .now_ms = chip_now_ms,
        .alive = chip_alive,
};
static struct tn_sd card = {.bus = &bus};

const struct tn_disk tn_board_card = {tn_sd_open, tn_sd_read, &card};
