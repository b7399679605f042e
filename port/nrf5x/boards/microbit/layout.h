// SPDX-License-Identifier: Apache-2.0
// Where everything lies on the BBC micro:bit (nRF51822: 256 KiB flash, 16 KiB RAM). The
// one place for these numbers: the linker scripts include it too, so there are only macros here,
// and numbers without a suffix.
//
// Moving an area breaks devices in the field: what later features need is reserved already.
#ifndef TN_PORT_MICROBIT_LAYOUT_H
#define TN_PORT_MICROBIT_LAYOUT_H

#define FLASH_ADDR 0x0
#define FLASH_SIZE 0x40000
#define SECTOR 0x400
#define PROG_UNIT 0x4  // bytes that are written at once

#define BOOT_ADDR 0x00000  // loader: 32 KiB
#define BOOT_SIZE 0x08000
#define KEYS_ADDR 0x08000  // list of keys; a block that the chip can lock
#define KEYS_SIZE 0x01000
#define MARK_ADDR 0x09000  // verified mark; a block that the chip can lock
#define MARK_SIZE 0x01000
#define RECOVERY_ADDR 0x0a000  // no room for a recovery program
#define RECOVERY_SIZE 0x00000
#define PRIMARY_ADDR 0x0a000  // 104 KiB
#define PRIMARY_SIZE 0x1a000
#define SECONDARY_ADDR 0x24000  // 105 KiB: an update lies one sector in
#define SECONDARY_SIZE 0x1a400
#define OUTCOME_ADDR 0x3e400  // outcome of updates, attempts to boot, security counter
#define OUTCOME_SIZE 0x00800
#define JOURNAL_ADDR 0x3ec00  // of an upload that goes on after a reset
#define JOURNAL_SIZE 0x00800
#define STORAGE_ADDR 0x3f400  // the application's
#define STORAGE_SIZE 0x00800
#define FREE_ADDR 0x3fc00

// The end of a slot that no image may use: its trailer, with room for the keys of encrypted images.
#define TRAILER_SIZE 0x800

// In front of the application's vector table.
#define IMAGE_HEADER 0x200

#define RAM_ADDR 0x20000000
#define RAM_SIZE 0x4000

// The beginning of RAM, which neither loader nor application initialises: what one tells the
// other. At these places in both, or they talk past each other.
#define RETAINED_SIZE 0x100
#define RETAINED_VECTORS (RAM_ADDR + 0x00)   // base of the application's vector table (4)
#define RETAINED_REQUEST (RAM_ADDR + 0x10)   // src/boot/request.h (16)
#define RETAINED_HANDOVER (RAM_ADDR + 0x20)  // src/boot/handover.h (32)
#define RETAINED_MARK (RAM_ADDR + 0x40)      // of the loader: a reset by the pin just before (8)

// Room for the stack that a program must leave. The deepest call is the loader's signature check.
#define STACK_MIN 0x900

#endif
