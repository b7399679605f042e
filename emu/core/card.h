// SPDX-License-Identifier: Apache-2.0
// An SD card in SPI mode, read only, byte by byte: what it answers to what a host sends. The medium
// is an image in memory (struct tn_emu_medium).
//
// Knows no chip. Source: SD Association, "Physical Layer Simplified Specification", version 6.00,
// section 7. A host that breaks a rule of the power-up gets no answer: fewer than 74 clocks before
// the first command, a wrong CRC of CMD0 or CMD8, a clock above 400 kHz before the card is ready.
#ifndef TN_EMU_CARD_H
#define TN_EMU_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TN_EMU_CARD_BLOCK = 512 };

// What a medium is like.
enum tn_emu_card_kind {
    TN_EMU_CARD_SDHC,
    TN_EMU_CARD_SDSC,    // version 2, addresses are bytes
    TN_EMU_CARD_OLD,     // version 1: does not know CMD8
    TN_EMU_CARD_NEVER,   // never gets ready
    TN_EMU_CARD_SILENT,  // answers commands, and never sends data
    TN_EMU_CARD_CRC,     // each second block has a wrong CRC
    TN_EMU_CARD_WORN,    // blocks from the middle on are unreadable
    TN_EMU_CARD_KINDS,
};

// The words for the kinds, in their order.
extern const char *const tn_emu_card_words[TN_EMU_CARD_KINDS];

struct tn_emu_medium {
    const uint8_t *image;  // NULL: no card
    size_t len;
    enum tn_emu_card_kind kind;
};

// A part of a device's state: no pointers. All 0 at power on.
struct tn_emu_card {
    uint32_t clocks;  // with the card not selected, at first
    bool is_spi, is_idle, is_app, is_ready;
    uint8_t polls;   // ACMD41, until it is ready
    uint32_t reads;  // blocks
    uint8_t in[6];
    uint8_t nin;
    uint32_t at, nout;
    uint8_t out[16 + TN_EMU_CARD_BLOCK];
};

// A byte goes to the card; returns the one that comes from it meanwhile. khz: the clock.
uint8_t tn_emu_card_exchange(struct tn_emu_card *c, const struct tn_emu_medium *m, bool selected,
        uint32_t khz, uint8_t byte);

#endif
