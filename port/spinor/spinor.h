// SPDX-License-Identifier: Apache-2.0
// A serial NOR flash on SPI, as a flash device (flash/flash.h): one data line in each direction.
//
// Knows the commands that all such chips have in common, and what a chip says of itself
// (spinor/sfdp.h); knows no chip, no board and no controller (struct tn_spinor_bus). Source: JEDEC,
// JESD216D.01, sections 6.4 and 6.6; for commands that it does not list (06h, 05h, 9Fh, ABh, 02h,
// 03h) and the bits of the status, GigaDevice, "GD25Q16C" data sheet, sections 6 and 7: they are
// the same on every chip of this kind.
//
// Each call ends, whatever the chip does. A chip that does not answer as it should is out of use
// until tn_spinor_open: every call returns TN_ETIMEOUT at once. After each read and write the chip
// has to name itself again, because the bytes of a chip that is gone look like erased ones.
//
// What is not done: erase suspend, the protection of blocks (a chip that is protected refuses to
// write: TN_EIO), two or four data lines.
#ifndef TN_PORT_SPINOR_SPINOR_H
#define TN_PORT_SPINOR_SPINOR_H

#include <stdbool.h>
#include <stdint.h>

#include "flash/flash.h"

enum {
    TN_SPINOR_TRANSFER_MAX = 128,  // bytes: a controller may count them in eight bits
    TN_SPINOR_ID_LEN = 3,
};

// A board fills the table.
struct tn_spinor_bus {
    // Pins and controller: called before anything else, and again by tn_spinor_open. NULL: nothing
    // to do.
    void (*begin)(void);
    // Chip select: low if on.
    void (*select)(bool on);
    // Exchanges len bytes, 1 to TN_SPINOR_TRANSFER_MAX. out NULL: sends anything. in NULL: drops
    // what comes. Both are in RAM. Mode 0, at most 50 MHz.
    void (*transfer)(const uint8_t *out, uint8_t *in, uint32_t len);
    uint32_t (*now_ms)(void);
    // Feeds the watchdog; called while the chip is waited for. NULL: there is none.
    void (*alive)(void);
};

// Set bus, the rest to 0. Must live on: the ctx of a struct tn_flash with tn_spinor_ops. That
// flash's sectors are the board's choice; an erase of the chip has to divide each of them. Its size
// is at most the chip's, prog_unit is 1 or more, erased is 0xff.
struct tn_spinor {
    const struct tn_spinor_bus *bus;
    // private
    uint8_t state;
    uint8_t address_len;
    uint8_t read, program, erase;  // commands
    uint8_t id[TN_SPINOR_ID_LEN];
    uint32_t page;
    uint32_t block;  // bytes of an erase
    uint32_t next;   // of a sector's erase in several: the next block; 0: none is under way
};

// Each opens the chip if nobody has done so.
extern const struct tn_flash_ops tn_spinor_ops;

// Looks for the chip, waits until it has ended what it was doing, and compares it with flash. Also
// if an earlier call has found none. TN_ETIMEOUT: no chip answers. TN_ENOTSUP: it is smaller than
// flash, has no erase that divides its sectors, or is one that tn_sfdp_get or this file cannot use.
// TN_ENOENT, TN_ECORRUPT: its tables (tn_sfdp_get).
int tn_spinor_open(const struct tn_flash *flash);

// True if the chip was looked for and is out of use.
bool tn_spinor_is_out(const struct tn_flash *flash);

#endif
