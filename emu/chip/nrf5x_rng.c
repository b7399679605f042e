// SPDX-License-Identifier: Apache-2.0
// Random numbers and temperature: each task has its result at once. Sources: Nordic, "nRF51 Series
// Reference Manual", version 3.0, chapters 20 (RNG) and 22 (TEMP); "nRF52840 Product
// Specification", version 1.1, sections 6.19 and 6.31.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers RNG; TEMP]
    START = 0x000,
    STOP = 0x004,
    READY = 0x100,  // TEMP's DATARDY, too [RNG.EVENTS_VALRDY]
    SHORTS = 0x200,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    CONFIG = 0x504,  // RNG
    VALUE = 0x508,   // TEMP's TEMP, too [RNG.VALUE]
    RNG_IRQ = 13,    // [irq RNG]
    TEMP_IRQ = 12,   // [irq TEMP]
};

enum {
    TEMPERATURE = 25 * 4,  // in quarters of a degree
};

struct source {
    bool runs;
    uint32_t ready, shorts, inten, config, seed;
};

// The RNG makes numbers while it runs.
static uint32_t rng_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct source *s = state;

    (void)e, (void)size;
    switch (off) {
    case READY:
        s->ready |= s->runs;
        if (s->ready && (s->shorts & 1)) {
            s->runs = false;
        }
        return s->ready;
    case SHORTS:
        return s->shorts;
    case INTENSET:
    case INTENCLR:
        return s->inten;
    case CONFIG:
        return s->config;
    case VALUE:
        return tn_emu_random(&s->seed) & 0xff;
    default:
        return 0;
    }
}

static uint32_t temp_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    return off == VALUE ? TEMPERATURE : rng_load(e, state, off, size);
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct source *s = state;

    (void)size;
    switch (off) {
    case START:
    case STOP:
        s->runs = off == START;
        break;
    case READY:
        s->ready = value != 0;
        break;
    case SHORTS:
        s->shorts = value;
        break;
    case INTENSET:
        s->inten |= value;
        break;
    case INTENCLR:
        s->inten &= ~value;
        break;
    case CONFIG:
        s->config = value;
        break;
    default:
        break;
    }
    tn_emu_attend(e);
}

static uint64_t tick(struct tn_emu *e, struct source *s, unsigned irq) {
    if (s->inten) {
        s->ready |= s->runs;
    }
    tn_emu_irq(e, irq, s->ready && s->inten);
    return TN_EMU_NEVER;
}

static uint64_t rng_tick(struct tn_emu *e, void *state) {
    return tick(e, state, RNG_IRQ);
}

static uint64_t temp_tick(struct tn_emu *e, void *state) {
    return tick(e, state, TEMP_IRQ);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct source *)state = (struct source){0};
}

#define SOURCE(lower, upper, address)                                                              \
    const struct tn_emu_device tn_emu_nrf5x_##lower = {                                            \
            .name = upper,                                                                         \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct source),                                                   \
            .reset = reset,                                                                        \
            .load = lower##_load,                                                                  \
            .store = store,                                                                        \
            .tick = lower##_tick,                                                                  \
    }

SOURCE(rng, "RNG", 0x4000d000);
SOURCE(temp, "TEMP", 0x4000c000);
