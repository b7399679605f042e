// SPDX-License-Identifier: Apache-2.0
// SPIM0 of the nRF52, and what a board has on it, a card (spim_card.c) or an external flash
// (spim_nor.c): mode 0, eight bits, most significant bit first.
//
// Source: Nordic, "nRF52840 Product Specification", version 1.1, section 6.25, and 6.9 for pins.
#ifndef TN_PORT_NRF5X_SPIM_H
#define TN_PORT_NRF5X_SPIM_H

#include <stdbool.h>
#include <stdint.h>

#include "fatfs/disk.h"
#include "flash/flash.h"

#define SPIM0_BASE 0x40003000u                         // [SPIM0 of nrf52*]
#define SPIM0_START NRF5X_REG(SPIM0_BASE + 0x010)      // [SPIM0.TASKS_START of nrf52*]
#define SPIM0_END NRF5X_REG(SPIM0_BASE + 0x118)        // event [SPIM0.EVENTS_END of nrf52*]
#define SPIM0_ENDRX NRF5X_REG(SPIM0_BASE + 0x110)      // event [SPIM0.EVENTS_ENDRX of nrf52*]
#define SPIM0_ENDTX NRF5X_REG(SPIM0_BASE + 0x120)      // event [SPIM0.EVENTS_ENDTX of nrf52*]
#define SPIM0_STARTED NRF5X_REG(SPIM0_BASE + 0x14c)    // event [SPIM0.EVENTS_STARTED of nrf52*]
#define SPIM0_ENABLE NRF5X_REG(SPIM0_BASE + 0x500)     // [SPIM0.ENABLE of nrf52*]
#define SPIM0_ENABLE_ON 7u                             // [SPIM0.ENABLE.ENABLE=ENABLED of nrf52*]
#define SPIM0_PSEL_SCK NRF5X_REG(SPIM0_BASE + 0x508)   // [SPIM0.PSEL.SCK of nrf52*]
#define SPIM0_PSEL_MOSI NRF5X_REG(SPIM0_BASE + 0x50c)  // [SPIM0.PSEL.MOSI of nrf52*]
#define SPIM0_PSEL_MISO NRF5X_REG(SPIM0_BASE + 0x510)  // [SPIM0.PSEL.MISO of nrf52*]
#define SPIM0_PSEL_NONE 0xffffffffu
#define SPIM0_FREQUENCY NRF5X_REG(SPIM0_BASE + 0x524)  // [SPIM0.FREQUENCY of nrf52*]
#define SPIM0_FREQUENCY_K250 0x04000000u               // [SPIM0.FREQUENCY.FREQUENCY=K250 of nrf52*]
#define SPIM0_FREQUENCY_RESET 0x04000000u              // [SPIM0.FREQUENCY reset of nrf52*]
#define SPIM0_FREQUENCY_M8 0x80000000u                 // [SPIM0.FREQUENCY.FREQUENCY=M8 of nrf52*]
#define SPIM0_RXD_PTR NRF5X_REG(SPIM0_BASE + 0x534)    // [SPIM0.RXD.PTR of nrf52*]
#define SPIM0_RXD_MAXCNT NRF5X_REG(SPIM0_BASE + 0x538)  // [SPIM0.RXD.MAXCNT of nrf52*]
#define SPIM0_TXD_PTR NRF5X_REG(SPIM0_BASE + 0x544)     // [SPIM0.TXD.PTR of nrf52*]
#define SPIM0_TXD_MAXCNT NRF5X_REG(SPIM0_BASE + 0x548)  // [SPIM0.TXD.MAXCNT of nrf52*]
#define SPIM0_ORC NRF5X_REG(SPIM0_BASE + 0x5c0)         // [SPIM0.ORC of nrf52*]

// Pins, of port 0 and port 1: numbers from 32 on are P1's.
// [P0.PIN_CNF(n) of nrf52*]
#define P0_PIN_CNF(n) NRF5X_REG(0x50000700u + 4u * (n))
// [P1.PIN_CNF(n) of nrf52*]
#define P1_PIN_CNF(n) NRF5X_REG(0x50000a00u + 4u * (n))
#define P0_OUTSET NRF5X_REG(0x50000508u)  // [P0.OUTSET of nrf52*]
#define P0_OUTCLR NRF5X_REG(0x5000050cu)  // [P0.OUTCLR of nrf52*]
#define P1_OUTSET NRF5X_REG(0x50000808u)  // [P1.OUTSET of nrf52*]
#define P1_OUTCLR NRF5X_REG(0x5000080cu)  // [P1.OUTCLR of nrf52*]

// Numbers of pins: from 32 on they are P1's.
struct nrf5x_spi_pins {
    uint8_t sck, mosi, miso, select;
};

// Makes an output of a pin.
void nrf5x_spi_output(unsigned pin, bool high);

// The pins, with nothing selected, and SPIM0; and all of them as after a reset.
void nrf5x_spi_begin(const struct nrf5x_spi_pins *pins);
void nrf5x_spi_end(const struct nrf5x_spi_pins *pins);

// The clock: 250 kHz, or 8 MHz from 1000 on.
void nrf5x_spi_speed(uint32_t khz);

// Chip select: low if on.
void nrf5x_spi_select(const struct nrf5x_spi_pins *pins, bool on);

// Exchanges len bytes. out NULL: sends 0xff. in NULL: drops what comes. Both are in RAM.
void nrf5x_spi_transfer(const uint8_t *out, uint8_t *in, uint32_t len);

// The external flash of a board whose pins.h names its pins.
extern const struct tn_flash tn_board_external;

// Leaves SPIM0 and the pins as a reset does: for a loader that starts an application.
void tn_board_external_end(void);

// The card of a board whose pins.h names its pins.
extern const struct tn_disk tn_board_card;

// A recovery ends by a reset, which puts SPIM0 and pins back.

// The LED that says what happened.
void tn_board_card_led(bool on);

#endif
