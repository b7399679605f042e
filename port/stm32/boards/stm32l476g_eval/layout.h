// SPDX-License-Identifier: Apache-2.0
// Where everything lies on the STM32L476G-EVAL (STM32L476ZG: 1 MiB flash, 96 KiB RAM). The one
// place for these numbers: the linker scripts include it too, so there are only macros here, and
// numbers without a suffix.
//
// Moving an area breaks devices in the field: what later features need is reserved already.
#ifndef TN_PORT_STM32L476G_EVAL_LAYOUT_H
#define TN_PORT_STM32L476G_EVAL_LAYOUT_H

#define FLASH_ADDR 0x08000000
#define FLASH_SIZE 0x100000
#define SECTOR 0x800
#define PROG_UNIT 0x8  // bytes that are written at once

#define BOOT_ADDR 0x08000000  // loader: 64 KiB, sized for USB and a drive
#define BOOT_SIZE 0x10000
#define KEYS_ADDR 0x08010000  // list of keys
#define KEYS_SIZE 0x01000
#define MARK_ADDR 0x08011000  // verified mark
#define MARK_SIZE 0x00800
#define RECOVERY_ADDR 0x08011800  // no recovery program
#define RECOVERY_SIZE 0x00000
#define PRIMARY_ADDR 0x08011800  // 464 KiB; the second bank begins within it
#define PRIMARY_SIZE 0x74000
#define SECONDARY_ADDR 0x08085800  // 466 KiB: an update lies one sector in
#define SECONDARY_SIZE 0x74800
#define OUTCOME_ADDR 0x080fa000  // outcome of updates, attempts to boot, security counter
#define OUTCOME_SIZE 0x01000
#define JOURNAL_ADDR 0x080fb000  // of an upload that goes on after a reset
#define JOURNAL_SIZE 0x01000
#define STORAGE_ADDR 0x080fc000  // the application's
#define STORAGE_SIZE 0x04000
#define FREE_ADDR 0x08100000

// The end of a slot that no image may use: its trailer, with room for the keys of encrypted images.
#define TRAILER_SIZE 0x1000

// OTP, 1 KiB at 0x1fff7000 (RM0351 and RM0461, "Flash module organization"): a security counter of
// 64 raises for boards that list it (cortexm/guard_once.c), and bits of keys that are revoked. The
// rest is the application's.
#define OTP_COUNTER_ADDR 0x1fff7000
#define OTP_COUNTER_SIZE 0x200
#define OTP_KEYS_ADDR 0x1fff7200
#define OTP_KEYS_SIZE 0x80

// In front of the application's vector table.
#define IMAGE_HEADER 0x200

#define RAM_ADDR 0x20000000
#define RAM_SIZE 0x18000  // SRAM1; SRAM2, 32 KiB at 0x10000000, is the application's

// The end of SRAM1, which neither loader nor application initialises: what one tells the other. At
// these places in both, or they talk past each other. The chip's ROM, entered for its own
// protocols, uses RAM up to 0x20003100 (ST, AN2606) and not these.
#define RETAINED_SIZE 0x100
#define RETAINED_VECTORS 0x20017f00                  // base of the application's vector table (4)
#define RETAINED_REQUEST (RETAINED_VECTORS + 0x10)   // src/boot/request.h (16)
#define RETAINED_HANDOVER (RETAINED_VECTORS + 0x20)  // src/boot/handover.h (32)
#define RETAINED_MARK                                                                              \
    (RETAINED_VECTORS + 0x40)  // of the loader: a reset by the pin just before (8)

// Room for the stack that a program must leave. The deepest call is the loader's signature check.
#define STACK_MIN 0x1000

#endif
