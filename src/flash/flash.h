// SPDX-License-Identifier: Apache-2.0
// A flash device, as a port describes it.
//
// Knows sectors, units and what a device can do. Knows nothing of what is stored. Ports fill
// this table; only flash/area.c calls it, with bounds and alignment already checked.
#ifndef TN_FLASH_FLASH_H
#define TN_FLASH_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_FLASH_UNIT_MAX = 512,  // the largest prog_unit: of NXP's LPC55
};

struct tn_flash;

// What a device does. All offsets are from the device's beginning. A call returns when the work
// is done; none may be called from an interrupt.
struct tn_flash_ops {
    // Any offset and length. TN_EIO: the device is absent, or its ECC cannot mend a word.
    int (*read)(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len);

    // Offset and length are multiples of prog_unit; buf may be unaligned, and may not lie in
    // this flash. What it is asked to write was erased before, or gets no bit un-written.
    // TN_EIO: the device reports a failure.
    int (*prog)(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len);

    // Erases the one sector that begins at off. TN_MORE: a part is done, call again.
    int (*erase)(const struct tn_flash *f, uint32_t off);
};

// Sectors of one size in a row.
struct tn_flash_run {
    uint32_t sector_size;
    uint32_t count;
};

// Lives as long as its areas. Const on a chip.
struct tn_flash {
    const struct tn_flash_ops *ops;
    const struct tn_flash_run *runs;  // from offset 0 on, without gaps
    uint8_t nruns;
    uint8_t erased;      // what an erased byte reads as: 0xff or 0x00
    uint16_t prog_unit;  // bytes: 1 to TN_FLASH_UNIT_MAX, a power of two
    uint16_t erase_ms;   // about how long the erase of a sector takes
    bool stalls_cpu;     // the core stands still meanwhile, and a UART's bytes are lost
    uint32_t size;
    void *ctx;  // the port's; NULL if it needs none
};

#endif
