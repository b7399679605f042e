// SPDX-License-Identifier: Apache-2.0
// Pads of the Apollo3 Blue. Source: the crate ambiq-apollo3-pac 0.1.0. Registers of pads take a
// store only while PADKEY holds its key; a pad is read only if its input is enabled. Outputs are
// remembered without effect.
#include "apollo3_priv.h"
#include "emu/core/emu.h"

enum {
    // [registers GPIO]
    PADS = 50,           // [none: a number]
    PADREG = 0x000,      // [GPIO.PADREGA]
    PADREG_END = 0x034,  // [none: behind PADREGM]
    CFG = 0x040,         // [GPIO.CFGA]
    CFG_END = 0x05c,     // [none: behind CFGG]
    PADKEY = 0x060,
    RDA = 0x080,
    RDB = 0x084,
    ALTPADCFG = 0x0e0,      // [GPIO.ALTPADCFGA]
    ALTPADCFG_END = 0x114,  // [none: behind ALTPADCFGM]
    SIZE = 0x220,           // [none: INT1SET is the last one]
    KEY = 0x73,             // [GPIO.PADKEY.PADKEY=KEY]
    INPUT = 1 << 1,         // [GPIO.PADREGA.PAD0INPEN]
};
#define PADREG_RESET 0x18181818u  // [GPIO.PADREGC reset]

struct gpio {
    uint32_t registers[SIZE / 4];
};

static bool needs_key(uint32_t off) {
    return off < PADREG_END || (off >= CFG && off < CFG_END) ||
            (off >= ALTPADCFG && off < ALTPADCFG_END);
}

// The levels of 32 pads from the first one on.
static uint32_t levels(struct tn_emu *e, const struct gpio *g, unsigned first) {
    uint32_t all = 0;

    for (unsigned i = 0; i < 32 && first + i < PADS; i++) {
        unsigned pad = first + i;
        bool input = g->registers[pad / 4] >> 8 * (pad % 4) & INPUT;
        all |= (input && (tn_emu_pins(e, first / 32) >> i & 1) ? 1u : 0u) << i;
    }
    return all;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct gpio *g = state;

    (void)size;
    if (off == RDA || off == RDB) {
        return levels(e, g, off == RDB ? 32 : 0);
    }
    return off < SIZE ? g->registers[off / 4] : 0;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct gpio *g = state;

    (void)e;
    if (size == 4 && off < SIZE && (!needs_key(off) || g->registers[PADKEY / 4] == KEY)) {
        g->registers[off / 4] = value;
    }
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct gpio *g = state;

    (void)e, (void)cause;
    *g = (struct gpio){0};
    for (uint32_t off = PADREG; off < PADREG_END; off += 4) {
        g->registers[off / 4] = PADREG_RESET;
    }
}

const struct tn_emu_device tn_emu_apollo3_gpio = {
        .name = "GPIO",
        .base = 0x40010000,
        .size = 0x1000,
        .state_size = sizeof(struct gpio),
        .reset = reset,
        .load = load,
        .store = store,
};
