// SPDX-License-Identifier: Apache-2.0
// The unique number of a chip (UID): 96 bits at 0x1fff7590 (ST, RM0351 section 49.1, RM0461 section
// 36.1). Every emulated chip has the same one.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    UID_L4 = 0x590,  // [manual: RM0351 section 49.1, RM0461 section 36.1]
    WRP1A = 0x818,   // stored option bytes [manual: RM0351 and RM0461, "Option byte organization"]
    UID_F4 = 0xa10,  // [manual: RM0033 and RM0090, "Unique device ID register"]
    WORDS = 3,
};

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    // [none: UID, made up]
    static const uint32_t words[WORDS] = {0x00320041, 0x4e535012, 0x20313452};
    uint32_t n = (off - (tn_emu_stm32_is_f4(e) ? UID_F4 : UID_L4)) / 4;

    (void)state;
    if (off == WRP1A && !tn_emu_stm32_is_f4(e)) {
        return e->options[0];
    }
    return n < WORDS ? words[n] >> 8 * (off % 4) & (size < 4 ? (1u << 8 * size) - 1 : UINT32_MAX)
                     : 0;
}

const struct tn_emu_device tn_emu_stm32_id = {
        .name = "UID",
        .base = 0x1fff7000,
        .size = 0x1000,
        .load = load,
};
