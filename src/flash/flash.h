// SPDX-License-Identifier: Apache-2.0
// A flash device, as a port describes it.
//
// Knows sectors, units and the device's abilities. Knows nothing of the content. Ports fill this
// table. Only flash/area.c calls it, after it has checked bounds and alignment.
#ifndef TN_FLASH_FLASH_H
#define TN_FLASH_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum {
    TN_FLASH_UNIT_MAX = 512,  // the largest prog_unit, that of NXP's LPC55
};

struct tn_flash;

// The operations of a device. Offsets count from the device's beginning. A call returns when the
// work is done. None may be called from an interrupt.
struct tn_flash_ops {
    // Any offset and length. TN_EIO: the device's ECC cannot correct a word; the word is lost.
    // TN_ETIMEOUT: the device does not answer; what it holds is not lost.
    int (*read)(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len);

    // Offset and length are multiples of prog_unit. buf may be unaligned; it must not lie in this
    // flash. The range is erased, or the data sets no written bit back to erased. TN_EIO: the
    // device reports a failure.
    int (*prog)(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len);

    // Erases the one sector that starts at off. TN_MORE: a part is done, call again.
    int (*erase)(const struct tn_flash *f, uint32_t off);
};

// Consecutive sectors of one size.
struct tn_flash_run {
    uint32_t sector_size;
    uint32_t count;
};

// Must live as long as its areas. Const on a chip.
struct tn_flash {
    const struct tn_flash_ops *ops;
    const struct tn_flash_run *runs;  // from offset 0 on, without gaps
    uint8_t nruns;
    uint8_t erased;      // value of an erased byte: 0xff or 0x00
    uint16_t prog_unit;  // bytes: 1 to TN_FLASH_UNIT_MAX, a power of two
    uint16_t erase_ms;   // about how long one sector's erase takes
    bool stalls_cpu;     // the core stops during an erase or a write, and a UART loses bytes
    uint32_t size;
    void *ctx;  // owned by the port; NULL if it needs none
};

TN_C_END

#endif
