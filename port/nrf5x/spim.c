// SPDX-License-Identifier: Apache-2.0
#include "spim.h"

#include <stddef.h>

#include "chip.h"

enum {
    PORT = 32,  // pins of a port
    // Rounds of 4 cycles or more: 512 bytes at 250 kHz take 16.4 ms, a million cycles.
    PATIENCE = 1000000,
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

void nrf5x_spi_output(unsigned pin, bool high) {
    put_pin(pin, high);
    set_up(pin, GPIO_PIN_CNF_OUTPUT | GPIO_PIN_CNF_NO_INPUT);
}

void nrf5x_spi_begin(const struct nrf5x_spi_pins *pins) {
    nrf5x_spi_output(pins->select, true);
    nrf5x_spi_output(pins->sck, false);
    nrf5x_spi_output(pins->mosi, true);
    set_up(pins->miso, GPIO_PIN_CNF_PULLUP);  // an absent device reads 0xff
    SPIM0_PSEL_SCK = pins->sck;
    SPIM0_PSEL_MOSI = pins->mosi;
    SPIM0_PSEL_MISO = pins->miso;
    SPIM0_ORC = 0xff;  // what goes out behind the data; CONFIG is 0: mode 0
    SPIM0_ENABLE = SPIM0_ENABLE_ON;
}

void nrf5x_spi_end(const struct nrf5x_spi_pins *pins) {
    SPIM0_ENABLE = 0;
    SPIM0_END = SPIM0_ENDRX = SPIM0_ENDTX = SPIM0_STARTED = 0;
    SPIM0_PSEL_SCK = SPIM0_PSEL_MOSI = SPIM0_PSEL_MISO = SPIM0_PSEL_NONE;
    SPIM0_FREQUENCY = SPIM0_FREQUENCY_RESET;
    SPIM0_ORC = 0;
    SPIM0_TXD_PTR = SPIM0_TXD_MAXCNT = SPIM0_RXD_PTR = SPIM0_RXD_MAXCNT = 0;
    set_up(pins->sck, GPIO_PIN_CNF_NO_INPUT);
    set_up(pins->mosi, GPIO_PIN_CNF_NO_INPUT);
    set_up(pins->miso, GPIO_PIN_CNF_NO_INPUT);
    set_up(pins->select, GPIO_PIN_CNF_NO_INPUT);
    put_pin(pins->mosi, false);
    put_pin(pins->select, false);
}

void nrf5x_spi_speed(uint32_t khz) {
    SPIM0_FREQUENCY = khz < SLOW_KHZ ? SPIM0_FREQUENCY_K250 : SPIM0_FREQUENCY_M8;
}

void nrf5x_spi_select(const struct nrf5x_spi_pins *pins, bool on) {
    put_pin(pins->select, !on);
}

// EasyDMA: the lengths may be 0, and the longer one counts.
void nrf5x_spi_transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
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
