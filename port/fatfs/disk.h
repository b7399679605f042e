// SPDX-License-Identifier: Apache-2.0
// A medium with blocks of 512 bytes that is only read: an SD card, a USB stick, a file on a PC.
//
// A board or a program fills the table. Knows no file system (fat.h).
#ifndef TN_PORT_FATFS_DISK_H
#define TN_PORT_FATFS_DISK_H

#include <stdint.h>

enum { TN_DISK_BLOCK = 512 };

// Every call gets ctx. May wait for the medium: some milliseconds a block, a second for open.
struct tn_disk {
    // Makes the medium ready. 0; TN_ENOENT: there is none; TN_EIO.
    int (*open)(void *ctx);

    // Reads count blocks from number block on. 0, or TN_EIO: also for blocks that the medium does
    // not have.
    int (*read)(void *ctx, uint32_t block, void *buf, uint32_t count);

    void *ctx;
};

#endif
