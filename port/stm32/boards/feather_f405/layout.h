// SPDX-License-Identifier: Apache-2.0
// Where everything lies on the Feather STM32F405 (STM32F405: 1 MiB flash, 128 KiB RAM). The one
// place for these numbers: the linker scripts include it too, so there are only macros here, and
// numbers without a suffix.
//
// Four sectors of 16 KiB, one of 64 KiB, seven of 128 KiB, so the areas are not in the order of
// other boards. The chip starts at the first sector, and a loader with USB and a drive needs more
// than 48 KiB. If it took the four small sectors, no two small ones would be left for the log of
// outcomes, which has to have two, since one of them may be just erased. So the loader is in two
// pieces: its vector table in the first sector, all else in that of 64 KiB.
//
// Swap using scratch: of seven large sectors, each slot has three, an image and its trailer share a
// sector, and an image has nearly 384 KiB. Swap using offset would need a sector more in the spare
// slot and another one for trailers, and leave 256 KiB.
//
// The journal of uploads has one sector. If the power fails while it is erased, which is once in
// about a hundred uploads, the upload begins again. The application has no sector of its own. If
// yours needs some, let each slot have two sectors instead of three, before the first device is
// sold: two of 128 KiB are free then, and an image has nearly 256 KiB.
//
// No list of keys and no mark in flash: the chip cannot lock them until the next reset, so a loader
// could not believe them. The chip's OTP has words reserved for what must never go back.
#ifndef TN_PORT_FEATHER_F405_LAYOUT_H
#define TN_PORT_FEATHER_F405_LAYOUT_H

#define UNEVEN_SECTORS

#define FLASH_ADDR 0x08000000
#define FLASH_SIZE 0x100000
#define SECTOR 0x20000  // of the slots
#define PROG_UNIT 0x4   // bytes that are written at once

#define BOOT_ADDR 0x08000000  // loader: its vector table: one sector
#define BOOT_SIZE 0x04000
#define OUTCOME_ADDR                                                                               \
    0x08004000  // outcome of updates, attempts to boot, security counter: two sectors
#define OUTCOME_SIZE 0x08000
#define JOURNAL_ADDR 0x0800c000  // of an upload that goes on after a reset: one sector
#define JOURNAL_SIZE 0x04000
#define CODE_ADDR 0x08010000  // loader: all else: 64 KiB, sized for USB and a drive: one sector
#define CODE_SIZE 0x10000
#define PRIMARY_ADDR 0x08020000  // 384 KiB: three sectors
#define PRIMARY_SIZE 0x60000
#define SECONDARY_ADDR 0x08080000  // 384 KiB: three sectors
#define SECONDARY_SIZE 0x60000
#define SCRATCH_ADDR 0x080e0000  // one sector
#define SCRATCH_SIZE 0x20000

// The loader locks itself alone.
#define MARK_ADDR (CODE_ADDR + CODE_SIZE)
#define MARK_SIZE 0x0

// The end of a slot that no image may use: its trailer, with room for the keys of encrypted images.
#define TRAILER_SIZE 0x200

// OTP, 512 bytes at 0x1fff7800 (RM0090 and RM0033, "One-time programmable bytes"): a security
// counter of 32 raises for boards that list it (cortexm/guard_once.c), and bits of keys that are
// revoked. The rest is the application's.
#define OTP_COUNTER_ADDR 0x1fff7800
#define OTP_COUNTER_SIZE 0x100
#define OTP_KEYS_ADDR 0x1fff7900
#define OTP_KEYS_SIZE 0x20

// In front of the application's vector table.
#define IMAGE_HEADER 0x200

#define RAM_ADDR 0x20000000
#define RAM_SIZE 0x20000  // SRAM1 and SRAM2; CCM, 64 KiB at 0x10000000, is the application's

// The end of RAM, which neither loader nor application initialises: what one tells the other. At
// these places in both, or they talk past each other. The chip's ROM, entered for its own
// protocols, uses RAM's beginning (ST, AN2606) and not these.
#define RETAINED_SIZE 0x100
#define RETAINED_VECTORS 0x2001ff00                  // base of the application's vector table (4)
#define RETAINED_REQUEST (RETAINED_VECTORS + 0x10)   // src/boot/request.h (16)
#define RETAINED_HANDOVER (RETAINED_VECTORS + 0x20)  // src/boot/handover.h (32)
#define RETAINED_MARK                                                                              \
    (RETAINED_VECTORS + 0x40)  // of the loader: a reset by the pin just before (8)

// Room for the stack that a program must leave. The deepest call is the loader's signature check.
#define STACK_MIN 0x1000

#endif
