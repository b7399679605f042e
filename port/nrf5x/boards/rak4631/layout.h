// SPDX-License-Identifier: Apache-2.0
// Where everything lies on the RAK4631 (nRF52840: 1 MiB flash, 256 KiB RAM). The
// one place for these numbers: the linker scripts include it too, so there are only macros here,
// and numbers without a suffix. The loader takes the chip from address 0 on: no SoftDevice, no
// other loader.
//
// Moving an area breaks devices in the field: what later features need is reserved already.
#ifndef TN_PORT_RAK4631_LAYOUT_H
#define TN_PORT_RAK4631_LAYOUT_H

#define FLASH_ADDR 0x0
#define FLASH_SIZE 0x100000
#define SECTOR 0x1000
#define PROG_UNIT 0x4  // bytes that are written at once

#define BOOT_ADDR 0x00000  // loader: 64 KiB, sized for USB and a drive
#define BOOT_SIZE 0x10000
#define KEYS_ADDR 0x10000  // list of keys
#define KEYS_SIZE 0x02000
#define MARK_ADDR 0x12000  // verified mark
#define MARK_SIZE 0x01000
#define RECOVERY_ADDR 0x13000  // a signed recovery program with BLE: 128 KiB
#define RECOVERY_SIZE 0x20000
#define PRIMARY_ADDR 0x33000  // 392 KiB
#define PRIMARY_SIZE 0x62000
#define SECONDARY_ADDR 0x95000  // 396 KiB: an update lies one sector in
#define SECONDARY_SIZE 0x63000
#define OUTCOME_ADDR 0xf8000  // outcome of updates, attempts to boot, security counter
#define OUTCOME_SIZE 0x02000
#define JOURNAL_ADDR 0xfa000  // of an upload that goes on after a reset
#define JOURNAL_SIZE 0x02000
#define STORAGE_ADDR 0xfc000  // the application's
#define STORAGE_SIZE 0x03000
#define FREE_ADDR 0xff000

// An external flash of 2 MiB or more (a RAK15001), for the programs of prog/ext: it has the spare
// slot, and slot 0 reaches over the place of slot 1.
#define EXTERNAL_SIZE 0xc6000
#define EXTERNAL_SECTOR 0x1000
#define EXTERNAL_ERASE_MS 50
#define LONG_PRIMARY_SIZE 0xc5000

// The end of a slot that no image may use: its trailer, with room for the keys of encrypted images.
#define TRAILER_SIZE 0x1000

// In front of the application's vector table.
#define IMAGE_HEADER 0x200

#define RAM_ADDR 0x20000000
#define RAM_SIZE 0x40000

// The beginning of RAM, which neither loader nor application initialises: what one tells the
// other. At these places in both, or they talk past each other.
#define RETAINED_SIZE 0x100
#define RETAINED_VECTORS (RAM_ADDR + 0x00)   // base of the application's vector table (4)
#define RETAINED_REQUEST (RAM_ADDR + 0x10)   // src/boot/request.h (16)
#define RETAINED_HANDOVER (RAM_ADDR + 0x20)  // src/boot/handover.h (32)
#define RETAINED_MARK (RAM_ADDR + 0x40)      // of the loader: a reset by the pin just before (8)

// Room for the stack that a program must leave. The deepest call is the loader's signature check.
#define STACK_MIN 0x1000

#endif
