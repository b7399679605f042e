// SPDX-License-Identifier: Apache-2.0
// A serial NOR flash on SPI, byte by byte: what it answers to what a host sends, and what it does
// when it is deselected. Its bytes are the caller's (struct tn_emu_nor_chip).
//
// Knows no controller. Source: GigaDevice, "GD25Q16C" data sheet, sections 6 and 7 (status,
// commands), and JEDEC, JESD216D.01 for the tables. Rules, whose breaches are counted and change
// nothing unless said otherwise: no command but 05h while it is busy; a write enable before each
// write; addresses within the chip; an erase begins at its block; a program goes to erased bytes
// (it clears bits of others) and does not pass the page's end (it goes on at the page's beginning).
#ifndef TN_EMU_NOR_H
#define TN_EMU_NOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_EMU_NOR_PAGE = 256,
    TN_EMU_NOR_SFDP = 256,  // bytes of the tables
    TN_EMU_NOR_HEAD = 6,    // bytes of a command before its data
};

// What a chip is like.
enum tn_emu_nor_kind {
    TN_EMU_NOR_GOOD,
    TN_EMU_NOR_HIGH,       // all bits are 1: absent
    TN_EMU_NOR_LOW,        // all bits are 0
    TN_EMU_NOR_BUSY,       // never ready
    TN_EMU_NOR_LIAR,       // tables that cannot be
    TN_EMU_NOR_PROTECTED,  // refuses to write
    TN_EMU_NOR_KINDS,
};

// The words for the kinds, in their order.
extern const char *const tn_emu_nor_words[TN_EMU_NOR_KINDS];

// A program or an erase that is about to happen.
struct tn_emu_nor_op {
    bool is_erase;
    uint32_t off;
    uint32_t len;
    const uint8_t *data;  // what these bytes will hold; NULL for an erase
};

// The chip itself. All 0 but bytes and len: a good chip whose times are those of the data sheet.
struct tn_emu_nor_chip {
    uint8_t *bytes;  // NULL: no chip
    size_t len;      // a power of two, 64 KiB or more; above 16 MiB it has commands with addresses
                     // of four bytes
    enum tn_emu_nor_kind kind;
    uint32_t program_us, erase_us;  // 0: typical times
    const uint8_t *sfdp;            // other tables, TN_EMU_NOR_SFDP bytes; NULL: its own
    bool enter_wants_enable;        // B7h wants a write enable before it
    // After this many commands it does not answer any more (0: never): all bits are 1, or 0.
    uint32_t dies_at;
    bool dies_low;
};

// A part of a device's state: no pointers. All 0 at power on.
struct tn_emu_nor {
    bool enabled, asleep, address_4;
    uint64_t busy_until;  // time, as the caller counts it
    uint32_t commands;    // so far
    uint32_t violations;
    uint32_t n;  // bytes since it was selected
    uint8_t head[TN_EMU_NOR_HEAD];
    uint8_t page[TN_EMU_NOR_PAGE];
    uint32_t npage;
};

// A byte goes to the selected chip; returns the one that comes from it meanwhile.
uint8_t tn_emu_nor_exchange(
        struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us, uint8_t byte);

// The chip is deselected: it does what it was told. on_op is called before its bytes change, unless
// NULL; if it returns false, they do not.
void tn_emu_nor_deselect(struct tn_emu_nor *n, const struct tn_emu_nor_chip *chip, uint64_t now_us,
        bool (*on_op)(void *ctx, const struct tn_emu_nor_op *op), void *ctx);

// Leaves a part of an operation, as if the power failed: seed selects the bits that change.
void tn_emu_nor_tear(
        const struct tn_emu_nor_chip *chip, const struct tn_emu_nor_op *op, uint32_t seed);

// Makes the tables of a chip of this size. by_mode: addresses of four bytes only by a mode (B7h).
void tn_emu_nor_tables(size_t len, bool by_mode, uint8_t ret[TN_EMU_NOR_SFDP]);

#endif
