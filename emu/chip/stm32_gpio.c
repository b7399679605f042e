// SPDX-License-Identifier: Apache-2.0
// Pins. Sources: ST, RM0351 chapter 8, RM0461 chapter 9, RM0090 chapter 8: ports A to I, 0x400
// apart. After a reset most pins of L4 and WL are analog, and read 0; those of F2 and F4 are
// inputs.
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
    // The debugger's pins are set from the beginning.
    static const uint32_t f4[PORTS] = {0xa8000000, 0x280};
    static const uint32_t l4[] = {0xabffffff, 0xfffffebf};
    struct gpio *g = state;

    (void)cause;
    *g = (struct gpio){0};
    for (int i = 0; i < PORTS; i++) {
        g->reg[i][MODER / 4] = tn_emu_stm32_is_f4(e) ? f4[i] : i < 2 ? l4[i] : 0xffffffff;
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
    if (off >= REGISTERS || !tn_emu_stm32_is_on(e, TN_EMU_STM32_PORTS, port)) {
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
    if (off >= REGISTERS || !tn_emu_stm32_is_on(e, TN_EMU_STM32_PORTS, port)) {
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

#define GPIO(chip, at)                                                                             \
    const struct tn_emu_device tn_emu_##chip##_gpio = {                                            \
            .name = "GPIO",                                                                        \
            .base = at,                                                                            \
            .size = PORTS * STEP,                                                                  \
            .state_size = sizeof(struct gpio),                                                     \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

GPIO(stm32l4, 0x48000000);
GPIO(stm32f4, 0x40020000);
