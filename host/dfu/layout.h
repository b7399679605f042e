// SPDX-License-Identifier: Apache-2.0
// The memory behind an alternate setting of a DfuSe device, as its interface string describes it:
//
//   @Internal Flash /0x08000000/04*016Kg,01*064Kg,07*128Kg
//
// Each group begins with an address; a run is COUNT*SIZE, a unit (blank or B, K, M) and a letter
// whose low three bits are: 1 readable, 2 erasable, 4 writable. Hostile texts are expected.
//
// Source: ST UM0424, "STM32 USB-FS-Device development kit", DFU section on interface strings, as
// dfu-util 0.11 reads them (digits need no fixed width).
#ifndef TN_HOST_DFU_LAYOUT_H
#define TN_HOST_DFU_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum { TN_DFU_RUNS = 32 };

enum { TN_DFU_READABLE = 1, TN_DFU_ERASABLE = 2, TN_DFU_WRITABLE = 4 };

// Pages of one size, one behind the other.
struct tn_dfu_run {
    uint32_t addr;
    uint32_t page;  // bytes of a page, not 0
    uint32_t count;
    uint8_t rights;
};

struct tn_dfu_layout {
    char name[64];  // without '@' and blanks around it
    struct tn_dfu_run runs[TN_DFU_RUNS];
    size_t nruns;
};

// Reads the string of an interface. Returns false if it is none of this form, or if its numbers
// make no sense.
bool tn_dfu_layout_get(const char *text, struct tn_dfu_layout *ret);

// The run that holds the address, or NULL.
const struct tn_dfu_run *tn_dfu_layout_at(const struct tn_dfu_layout *l, uint32_t addr);

// Do all len bytes from addr on lie in memory with these rights? len is at least 1.
bool tn_dfu_layout_holds(
        const struct tn_dfu_layout *l, uint32_t addr, uint32_t len, uint8_t rights);

// All bytes that are there from the first run's address on, without a gap.
uint32_t tn_dfu_layout_size(const struct tn_dfu_layout *l);

TN_C_END

#endif
