// SPDX-License-Identifier: Apache-2.0
// SPIM0 with its EasyDMA, and the board's card or external flash behind it (e->medium, e->nor,
// e->card_cs). Source: Nordic,
// "nRF52840 Product Specification", version 1.1, section 6.25. A transfer takes its time by the
// clock; the core does not run meanwhile. A buffer outside of RAM, or a start while SPIM0 is not
// enabled, counts as a violation.
#include "emu/core/card.h"
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers SPIM0 of nrf52*]
    START = 0x010,
    STOP = 0x014,
    STOPPED = 0x104,
    ENDRX = 0x110,
    END = 0x118,
    ENDTX = 0x120,
    STARTED = 0x14c,
    ENABLE = 0x500,
    PSEL_SCK = 0x508,
    PSEL_MOSI = 0x50c,
    PSEL_MISO = 0x510,
    FREQUENCY = 0x524,
    FREQUENCY_RESET = 0x04000000,  // [SPIM0.FREQUENCY reset of nrf52*]
    RXD_PTR = 0x534,
    RXD_MAXCNT = 0x538,
    RXD_AMOUNT = 0x53c,
    TXD_PTR = 0x544,
    TXD_MAXCNT = 0x548,
    TXD_AMOUNT = 0x54c,
    ORC = 0x5c0,
    ENABLED = 7,  // [SPIM0.ENABLE.ENABLE=ENABLED of nrf52*]
};

// [none: sizes]
enum {
    WORDS = 0x600 / 4,
    TASKS_END = 0x100,
    PORT = 32,
    RATE_SHIFT = 32,  // FREQUENCY is the rate * 2^32 / 16 MHz
};

struct spim {
    uint32_t regs[WORDS];
    struct tn_emu_card card;
    struct tn_emu_nor nor;
    bool was_selected;
};

static uint32_t *reg(struct spim *s, uint32_t off) {
    return &s->regs[off / 4];
}

static uint32_t khz(struct spim *s) {
    return (uint32_t)((uint64_t)*reg(s, FREQUENCY) * 16000 >> RATE_SHIFT);
}

static uint8_t *place(const struct tn_emu *e, uint32_t ptr, uint32_t len) {
    uint32_t off = ptr - e->chip->ram_base;

    return off < e->chip->ram_size && len <= e->chip->ram_size - off ? e->ram + off : NULL;
}

static bool is_selected(struct tn_emu *e) {
    return !tn_emu_nrf5x_is_high(e, e->card_cs / PORT, e->card_cs % PORT);
}

static uint8_t exchange(struct tn_emu *e, struct spim *s, bool selected, uint8_t byte) {
    if (e->nor.bytes) {
        return selected ? tn_emu_nor_exchange(&s->nor, &e->nor, tn_emu_us(e), byte) : 0xff;
    }
    return tn_emu_card_exchange(&s->card, &e->medium, selected, khz(s), byte);
}

static void transfer(struct tn_emu *e, struct spim *s) {
    uint32_t nout = *reg(s, TXD_MAXCNT) & 0xffff;
    uint32_t nin = *reg(s, RXD_MAXCNT) & 0xffff;
    uint32_t n = nout > nin ? nout : nin;
    const uint8_t *out = place(e, *reg(s, TXD_PTR), nout);
    uint8_t *in = place(e, *reg(s, RXD_PTR), nin);

    if (*reg(s, ENABLE) != ENABLED || (nout && !out) || (nin && !in) || !khz(s)) {
        tn_emu_refuse(e);
        return;
    }
    bool selected = is_selected(e);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t byte = i < nout ? out[i] : (uint8_t)*reg(s, ORC);
        byte = exchange(e, s, selected, byte);
        if (i < nin) {
            in[i] = byte;
        }
    }
    tn_emu_worked(e);
    *reg(s, RXD_AMOUNT) = nin;
    *reg(s, TXD_AMOUNT) = nout;
    *reg(s, STARTED) = *reg(s, ENDRX) = *reg(s, ENDTX) = *reg(s, END) = 1;
    tn_emu_stall(e, (uint64_t)n * 8000 / khz(s));
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    (void)e, (void)size;
    return off >= TASKS_END && off / 4 < WORDS ? *reg(state, off) : 0;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct spim *s = state;

    (void)size;
    if (off == START && value) {
        transfer(e, s);
    } else if (off == STOP && value) {
        *reg(s, STOPPED) = 1;
    } else if (off >= TASKS_END && off / 4 < WORDS) {
        *reg(s, off) = value;
    }
}

// A flash does at the end of its selection what it was told.
void tn_emu_nrf52_spim_pins(struct tn_emu *e) {
    struct spim *s = tn_emu_state(e, &tn_emu_nrf52_spim0);
    bool selected = is_selected(e);

    if (s->was_selected && !selected) {
        tn_emu_nor_end_command(e, &s->nor);
    }
    s->was_selected = selected;
}

// A reset does not reach the card or the flash, whose supply stays on.
static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct spim *s = state;

    (void)cause;
    if (e->nor.bytes && s->was_selected) {
        tn_emu_nor_end_command(e, &s->nor);
        s->was_selected = false;
    }
    for (uint32_t i = 0; i < WORDS; i++) {
        s->regs[i] = 0;
    }
    *reg(s, FREQUENCY) = FREQUENCY_RESET;
    *reg(s, PSEL_SCK) = *reg(s, PSEL_MOSI) = *reg(s, PSEL_MISO) = UINT32_MAX;
}

const struct tn_emu_device tn_emu_nrf52_spim0 = {
        .name = "SPIM0",
        .base = 0x40003000,
        .size = 0x1000,
        .state_size = sizeof(struct spim),
        .reset = reset,
        .load = load,
        .store = store,
};
