// SPDX-License-Identifier: Apache-2.0
// Pins of STM32L4 and STM32WL. Sources: ST, RM0351 chapter 8 and RM0461 chapter 9: ports A to I,
// 0x400 apart. After a reset most pins are analog, and read 0.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    PORTS = 9,
    STEP = 0x400,
    MODER = 0x00,
    IDR = 0x10,
    ODR = 0x14,
    BSRR = 0x18,
    BRR = 0x28,
    REGISTERS = 0x30,
    PINS = 16,
    OUTPUT = 1,
    ANALOG = 3,
    SHOWN = 8,  // ports that the outside has levels for (TN_EMU_PORTS)
};

struct gpio {
    uint32_t reg[PORTS][REGISTERS / 4];
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct gpio *g = state;

    (void)e, (void)cause;
    *g = (struct gpio){0};
    for (int i = 0; i < PORTS; i++) {
        g->reg[i][MODER / 4] = i == 0 ? 0xabffffff : i == 1 ? 0xfffffebf : 0xffffffff;
    }
}

static uint32_t levels(const struct tn_emu *e, const uint32_t *reg, unsigned port) {
    uint32_t in = port < SHOWN ? tn_emu_pins(e, port) : 0;
    uint32_t v = 0;

    for (unsigned pin = 0; pin < PINS; pin++) {
        uint32_t mode = reg[MODER / 4] >> 2 * pin & 3;
        uint32_t from = mode == OUTPUT ? reg[ODR / 4] : mode == ANALOG ? 0 : in;
        v |= from & 1u << pin;
    }
    return v;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct gpio *g = state;
    unsigned port = off / STEP;

    (void)size;
    off %= STEP;
    if (off >= REGISTERS || !tn_emu_stm32_is_on(e, TN_EMU_STM32_AHB2, port)) {
        return 0;
    }
    return off == IDR ? levels(e, g->reg[port], port) : g->reg[port][off / 4];
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct gpio *g = state;
    unsigned port = off / STEP;
    uint32_t *odr = &g->reg[port][ODR / 4];

    (void)size;
    off %= STEP;
    if (off >= REGISTERS || !tn_emu_stm32_is_on(e, TN_EMU_STM32_AHB2, port)) {
        return;
    }
    if (off == BSRR) {
        *odr = (*odr & ~(value >> PINS)) | (value & 0xffff);
    } else if (off == BRR) {
        *odr &= ~value;
    } else if (off != IDR) {
        g->reg[port][off / 4] = value;
    }
}

const struct tn_emu_device tn_emu_stm32_gpio = {
        .name = "GPIO",
        .base = 0x48000000,
        .size = PORTS * STEP,
        .state_size = sizeof(struct gpio),
        .reset = reset,
        .load = load,
        .store = store,
};
