// SPDX-License-Identifier: Apache-2.0
// Zephyr's retained boot mode: a byte in RAM or in a register, which an application sets before a
// reset (bootmode_set) and MCUboot reads (CONFIG_BOOT_SERIAL_BOOT_MODE).
//
// So a loader understands applications that were made for MCUboot, and an application of Tenon can
// ask an MCUboot for recovery. Tenon's own request (boot/request.h) says more, and has a check.
//
// An area is prefix | data | checksum, as the node "zephyr,retention" of a devicetree says it
// (Zephyr, dts/bindings/retention and subsys/retention/retention.c): the mode is the first byte of
// the data; the checksum is that of the data alone, little-endian, and begins with 0: 1 byte, CRC-8
// with polynomial 0x12; 2 bytes, CRC-16/XMODEM; 4 bytes, CRC-32. Prefix and checksum may be absent.
#ifndef TN_BOOT_BOOT_MODE_H
#define TN_BOOT_BOOT_MODE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "boot/request.h"

TN_C_BEGIN

enum {
    TN_BOOT_MODE_AREA = 64,  // the most bytes of an area
};

// Values of the byte (Zephyr, include/zephyr/retention/bootmode.h). Applications may have others.
enum tn_boot_mode {
    TN_BOOT_MODE_NORMAL = 0,
    TN_BOOT_MODE_BOOTLOADER = 1,
};

// Const on a chip.
struct tn_boot_mode_area {
    const struct tn_retained *at;
    const char *prefix;  // may be NULL if prefix_len is 0
    uint8_t prefix_len;
    uint8_t checksum_len;  // 0, 1, 2 or 4
    uint8_t size;          // of all, at most TN_BOOT_MODE_AREA; at least one byte is data
};

// Writes the mode, with all other bytes of the data 0.
void tn_boot_mode_put(const struct tn_boot_mode_area *a, uint8_t mode);

// True if the reset was asked to start the bootloader. Only a reset by software counts, since the
// byte may have no check.
//
// So that it counts once, clears an area that asks for the bootloader, whatever the cause: in one
// with neither prefix nor checksum, RAM may hold that byte by chance after a power-on. Other modes
// are an application's own, and stay.
bool tn_boot_mode_take(const struct tn_boot_mode_area *a, enum tn_reset_cause cause);

TN_C_END

#endif
