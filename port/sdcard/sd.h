// SPDX-License-Identifier: Apache-2.0
// An SD card over SPI, read only: SDSC, SDHC and SDXC, of version 1.01 and later.
//
// Knows the card's protocol; knows no chip (struct tn_sd_bus) and no file system (fatfs/disk.h,
// whose functions it has). Source: SD Association, "Physical Layer Simplified Specification",
// version 6.00, section 7 (SPI mode), 4.5 (CRC) and 6.4.1 (power-up).
//
// Each call ends, whatever the card does: a card has 1 s to become ready and 100 ms to begin with a
// block.
#ifndef TN_PORT_SDCARD_SD_H
#define TN_PORT_SDCARD_SD_H

#include <stdbool.h>
#include <stdint.h>

#include "fatfs/disk.h"

// A board fills the table.
struct tn_sd_bus {
    // Power and pins of the card: called once, before anything else. NULL: nothing to do.
    void (*begin)(void);
    // The clock's rate, at most this.
    void (*speed)(uint32_t khz);
    // Chip select: low if on.
    void (*select)(bool on);
    // Exchanges len bytes, at most TN_DISK_BLOCK. out NULL: sends 0xff. in NULL: drops what comes.
    // Both are in RAM.
    void (*transfer)(const uint8_t *out, uint8_t *in, uint32_t len);
    uint32_t (*now_ms)(void);
    // Feeds the watchdog; called while a card is waited for. NULL: there is none.
    void (*alive)(void);
};

// Set bus, the rest to 0. Must live on.
struct tn_sd {
    const struct tn_sd_bus *bus;
    // private
    bool counts_blocks;  // addresses are blocks, not bytes
};

// For a struct tn_disk whose ctx is a struct tn_sd. tn_sd_open: TN_ENOENT: no card answers; TN_EIO:
// one does, and is no card for 3.3 V that gets ready. tn_sd_read: TN_EIO: no answer, an error, or a
// wrong CRC three times.
int tn_sd_open(void *sd);
int tn_sd_read(void *sd, uint32_t block, void *buf, uint32_t count);

#endif
