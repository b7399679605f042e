// SPDX-License-Identifier: Apache-2.0
// Where everything lies on the RAK11720 (Apollo3 Blue: 1 MiB flash, 384 KiB RAM). The one place for
// these numbers: the linker scripts include it too, so there are only macros here, and numbers
// without a suffix.
//
// Ambiq's secure bootloader has the first 48 KiB and starts what lies at 0xc000. It refuses a
// program whose stack begins at RAM's end (SparkFun_Edge_BSP, issue 9): here the retained RAM lies
// there, which that loader is also less likely to use than RAM's beginning.
//
// Moving an area breaks devices in the field: what later features need is reserved already.
#ifndef TN_PORT_RAK11720_LAYOUT_H
#define TN_PORT_RAK11720_LAYOUT_H

#define FLASH_ADDR 0x0
#define FLASH_SIZE 0x100000
#define SECTOR 0x2000
#define PROG_UNIT 0x4  // bytes that are written at once

#define BOOT_ADDR 0x0c000  // loader: 48 KiB; blocks of 16 KiB can be locked
#define BOOT_SIZE 0x0c000
#define KEYS_ADDR 0x18000  // list of keys
#define KEYS_SIZE 0x04000
#define MARK_ADDR 0x1c000  // verified mark
#define MARK_SIZE 0x04000
#define RECOVERY_ADDR 0x20000  // a signed recovery program with BLE: 128 KiB
#define RECOVERY_SIZE 0x20000
#define PRIMARY_ADDR 0x40000  // 352 KiB
#define PRIMARY_SIZE 0x58000
#define SECONDARY_ADDR 0x98000  // 360 KiB: an update lies one sector in
#define SECONDARY_SIZE 0x5a000
#define OUTCOME_ADDR 0xf2000  // outcome of updates, attempts to boot, security counter
#define OUTCOME_SIZE 0x04000
#define JOURNAL_ADDR 0xf6000  // of an upload that goes on after a reset
#define JOURNAL_SIZE 0x04000
#define STORAGE_ADDR 0xfa000  // the application's
#define STORAGE_SIZE 0x06000
#define FREE_ADDR 0x100000

// The end of a slot that no image may use: its trailer, with room for the keys of encrypted images.
#define TRAILER_SIZE 0x2000

// In front of the application's vector table.
#define IMAGE_HEADER 0x200

#define RAM_ADDR 0x10000000
#define RAM_SIZE 0x60000

// The end of RAM, which neither loader nor application initialises: what one tells the other. At
// these places in both, or they talk past each other.
#define RETAINED_SIZE 0x100
#define RETAINED_VECTORS (RAM_ADDR + 0x5ff00)   // base of the application's vector table (4)
#define RETAINED_REQUEST (RAM_ADDR + 0x5ff10)   // src/boot/request.h (16)
#define RETAINED_HANDOVER (RAM_ADDR + 0x5ff20)  // src/boot/handover.h (32)
#define RETAINED_MARK (RAM_ADDR + 0x5ff40)      // of the loader: a reset by the pin just before (8)

// Room for the stack that a program must leave. The deepest call is the loader's signature check.
#define STACK_MIN 0x1000

#endif
