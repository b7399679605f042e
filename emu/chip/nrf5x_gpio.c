// SPDX-License-Identifier: Apache-2.0
// Pins. Source: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 14; "nRF52840 Product
// Specification", version 1.1, section 6.9, and "nRF5340 Product Specification", GPIO: a second
// port lies 0x300 behind the first.
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

// [none: GPIO of nrf5340] there the block begins 0x500 before P0.
enum {
    // [registers GPIO of nrf51; P0 of nrf52833 nrf52840 nrf5340]
    PORT_STEP = 0x300,  // [none: P1.OUT less P0.OUT; P1_OUT is compared]
    OUT = 0x504,
    P1_OUT = OUT + PORT_STEP,  // [P1.OUT of nrf52833 nrf52840 nrf5340]
    OUTSET = 0x508,
    OUTCLR = 0x50c,
    IN = 0x510,
    DIR = 0x514,
    DIRSET = 0x518,
    DIRCLR = 0x51c,
    PIN_CNF = 0x700,
    CNF_OUTPUT = 1,    // [GPIO.PIN_CNF.DIR of nrf51; P0.PIN_CNF.DIR]
    CNF_NO_INPUT = 2,  // [GPIO.PIN_CNF.INPUT of nrf51; P0.PIN_CNF.INPUT]
};

enum {
    PINS = 32,
    PORTS = 2,
};

struct port {
    uint32_t out;
    uint32_t cnf[PINS];  // bit 0 is the direction
};

struct gpio {
    struct port ports[PORTS];
};

static uint32_t directions(const struct port *p) {
    uint32_t dir = 0;

    for (unsigned i = 0; i < PINS; i++) {
        dir |= (p->cnf[i] & CNF_OUTPUT) << i;
    }
    return dir;
}

static void set_directions(struct port *p, uint32_t pins, bool output) {
    for (unsigned i = 0; i < PINS; i++) {
        if (pins >> i & 1) {
            p->cnf[i] = output ? p->cnf[i] | CNF_OUTPUT : p->cnf[i] & ~(uint32_t)CNF_OUTPUT;
        }
    }
}

// An output that is connected to its input buffer reads itself.
static uint32_t levels(const struct tn_emu *e, const struct port *p, unsigned nth) {
    uint32_t dir = directions(p);
    uint32_t in = (tn_emu_pins(e, nth) & ~dir) | (p->out & dir);

    for (unsigned i = 0; i < PINS; i++) {
        in &= p->cnf[i] & CNF_NO_INPUT ? ~(1u << i) : UINT32_MAX;
    }
    return in;
}

bool tn_emu_nrf5x_is_high(struct tn_emu *e, unsigned port, unsigned pin) {
    const struct gpio *g = tn_emu_state(e, &tn_emu_nrf5x_gpio);
    const struct port *p = &g->ports[port];

    return (p->cnf[pin] & CNF_OUTPUT ? p->out : tn_emu_pins(e, port)) >> pin & 1;
}

static unsigned port_of(uint32_t *off) {
    bool second = (*off >= P1_OUT && *off <= DIRCLR + PORT_STEP) ||
            (*off >= PIN_CNF + PORT_STEP && *off < PIN_CNF + PORT_STEP + 4 * PINS);

    *off -= second ? PORT_STEP : 0;
    return second;
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct gpio *g = state;
    unsigned nth = port_of(&off);
    const struct port *p = &g->ports[nth];

    (void)size;
    if (off >= PIN_CNF && off < PIN_CNF + 4 * PINS) {
        return p->cnf[(off - PIN_CNF) / 4];
    }
    switch (off) {
    case OUT:
    case OUTSET:
    case OUTCLR:
        return p->out;
    case IN:
        return levels(e, p, nth);
    case DIR:
    case DIRSET:
    case DIRCLR:
        return directions(p);
    default:
        return 0;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct gpio *g = state;
    struct port *p = &g->ports[port_of(&off)];

    (void)size;
    if (off >= PIN_CNF && off < PIN_CNF + 4 * PINS) {
        p->cnf[(off - PIN_CNF) / 4] = value;
    } else if (off == OUT) {
        p->out = value;
    } else if (off == OUTSET) {
        p->out |= value;
    } else if (off == OUTCLR) {
        p->out &= ~value;
    } else if (off == DIR) {
        set_directions(p, ~value, false);
        set_directions(p, value, true);
    } else if (off == DIRSET || off == DIRCLR) {
        set_directions(p, value, off == DIRSET);
    }
    if (e->nor.bytes) {
        tn_emu_nrf52_spim_pins(e);
    }
}

// A reset disconnects all inputs.
static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct gpio *g = state;

    (void)e, (void)cause;
    *g = (struct gpio){0};
    for (unsigned n = 0; n < PORTS; n++) {
        for (unsigned i = 0; i < PINS; i++) {
            g->ports[n].cnf[i] = CNF_NO_INPUT;
        }
    }
}

#define GPIO(chip, address)                                                                        \
    const struct tn_emu_device tn_emu_##chip##_gpio = {                                            \
            .name = "GPIO",                                                                        \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct gpio),                                                     \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

GPIO(nrf5x, 0x50000000);
GPIO(nrf53, 0x50842000);
