// SPDX-License-Identifier: Apache-2.0
// Pins. Sources: ST, RM0351 chapter 8, RM0461 chapter 9, RM0090 chapter 8: ports A to I, 0x400
// apart. After a reset most pins of L4 and WL are analog, and read 0; those of F2 and F4 are
// inputs.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // [registers GPIOA]
    MODER = 0x00,
    IDR = 0x10,
    ODR = 0x14,
    BSRR = 0x18,
    AFRL = 0x20,    // AFRH follows
    BRR = 0x28,     // [GPIOA.BRR of stm32l* stm32w*]
    BSRR_BR = 16,   // bits that clear, from here on [GPIOA.BSRR.BR0 bit]
    OUTPUT = 1,     // [GPIOA.MODER.MODER0=OUTPUT]
    ALTERNATE = 2,  // [GPIOA.MODER.MODER0=ALTERNATE]
    ANALOG = 3,     // [GPIOA.MODER.MODER0=ANALOG]
};
#define F4_MODER_A 0xa8000000u  // the debugger's pins [GPIOA.MODER reset of stm32f*]
#define F4_MODER_B 0x280u       // [GPIOB.MODER reset of stm32f*]
// The list of the STM32L476 has the STM32F4's; RM0351, "GPIO port mode register", has these.
#define L4_MODER_A 0xabffffffu  // [GPIOA.MODER reset of stm32wle5]
#define L4_MODER_B 0xfffffebfu  // [GPIOB.MODER reset of stm32wle5]
#define L4_MODER_C 0xffffffffu  // [manual: RM0351, "GPIO port mode register"]

enum {
    PORTS = 9,
    STEP = 1024,
    REGISTERS = 12 * 4,
    PINS = 16,
    MODE = 3,       // 2 bits a pin [none: GPIOA.MODER0 without a place]
    FUNCTION = 15,  // 4 bits a pin [none: GPIOA.AFRL0 without a place]
    SHOWN = 8,      // ports that the outside has levels for (TN_EMU_PORTS)
};

struct gpio {
    uint32_t reg[PORTS][REGISTERS / 4];
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    // The debugger's pins are set from the beginning.
    static const uint32_t f4[PORTS] = {F4_MODER_A, F4_MODER_B};
    static const uint32_t l4[] = {L4_MODER_A, L4_MODER_B};
    struct gpio *g = state;

    (void)cause;
    *g = (struct gpio){0};
    for (int i = 0; i < PORTS; i++) {
        g->reg[i][MODER / 4] = tn_emu_stm32_is_f4(e) ? f4[i] : i < 2 ? l4[i] : L4_MODER_C;
    }
}

static const uint32_t *registers_of(struct tn_emu *e, unsigned port) {
    const struct gpio *g =
            tn_emu_state(e, tn_emu_stm32_is_f4(e) ? &tn_emu_stm32f4_gpio : &tn_emu_stm32l4_gpio);

    return g->reg[port];
}

bool tn_emu_stm32_pin_drives(struct tn_emu *e, unsigned port, unsigned pin) {
    const uint32_t *reg = registers_of(e, port);

    return (reg[MODER / 4] >> 2 * pin & MODE) == OUTPUT && reg[ODR / 4] >> pin & 1;
}

bool tn_emu_stm32_pin_is(struct tn_emu *e, unsigned port, unsigned pin, unsigned function) {
    const uint32_t *reg = registers_of(e, port);

    return (reg[MODER / 4] >> 2 * pin & MODE) == ALTERNATE &&
            (reg[AFRL / 4 + pin / 8] >> 4 * (pin % 8) & FUNCTION) == function;
}

static uint32_t levels(const struct tn_emu *e, const uint32_t *reg, unsigned port) {
    uint32_t in = port < SHOWN ? tn_emu_pins(e, port) : 0;
    uint32_t v = 0;

    for (unsigned pin = 0; pin < PINS; pin++) {
        uint32_t mode = reg[MODER / 4] >> 2 * pin & MODE;
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
        *odr = (*odr & ~(value >> BSRR_BR)) | (value & 0xffff);
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
