// SPDX-License-Identifier: Apache-2.0
// TWI0 and TWI1, a byte at a time, and what is on the micro:bit's bus: the accelerometer MMA8653
// and the magnetometer MAG3110, which say who they are and measure 0. Nobody else answers. Sources:
// Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 28; NXP, MMA8653FC data sheet,
// revision 7, and MAG3110 data sheet, revision 9.2 (addresses, WHO_AM_I).
//
// A byte takes the nine bits of its time, a stop takes one.
#include "emu/core/emu.h"
#include "nrf5x_priv.h"

enum {
    // [registers TWI0]
    STARTRX = 0x000,
    STARTTX = 0x008,
    STOP = 0x014,
    SUSPEND = 0x01c,
    RESUME = 0x020,
    STOPPED = 0x104,
    RXDREADY = 0x108,
    TXDSENT = 0x11c,
    ERROR = 0x124,
    BB = 0x138,
    SUSPENDED = 0x148,
    SHORTS = 0x200,
    INTENSET = 0x304,
    INTENCLR = 0x308,
    ERRORSRC = 0x4c4,
    ENABLE = 0x500,
    RXD = 0x518,
    TXD = 0x51c,
    ADDRESS = 0x588,
    ENABLED = 5,            // [TWI0.ENABLE.ENABLE=ENABLED]
    BB_SUSPEND = 1 << 0,    // [TWI0.SHORTS.BB_SUSPEND]
    BB_STOP = 1 << 1,       // [TWI0.SHORTS.BB_STOP]
    ADDRESS_NACK = 1 << 1,  // [TWI0.ERRORSRC.ANACK]
    STOPPED_BIT = 1,        // [TWI0.INTENSET.STOPPED bit]
    RXDREADY_BIT = 2,       // [TWI0.INTENSET.RXDREADY bit]
    TXDSENT_BIT = 7,        // [TWI0.INTENSET.TXDSENT bit]
    ERROR_BIT = 9,          // [TWI0.INTENSET.ERROR bit]
    BB_BIT = 14,            // [TWI0.INTENSET.BB bit]
    SUSPENDED_BIT = 18,     // [TWI0.INTENSET.SUSPENDED bit]
    IRQ0 = 3,               // [irq SPI0_TWI0]
    IRQ1 = 4,               // [irq SPI1_TWI1]
};

enum {
    SETUP = ENABLE,  // registers that are only remembered, from here on
    SETUP_END = SETUP + 36 * 4,
    BIT_US = 10,  // at 100 kbit/s
    // Addresses, a register of each and what it holds.
    MMA8653 = 0x1d,  // [manual: NXP MMA8653FC data sheet, rev. 7]
    MMA_WHO = 0x0d,  // [manual: NXP MMA8653FC data sheet, rev. 7, WHO_AM_I]
    MMA_IS = 0x5a,   // [manual: NXP MMA8653FC data sheet, rev. 7, WHO_AM_I]
    MAG3110 = 0x0e,  // [manual: NXP MAG3110 data sheet, rev. 9.2]
    MAG_WHO = 0x07,  // [manual: NXP MAG3110 data sheet, rev. 9.2, WHO_AM_I]
    MAG_IS = 0xc4,   // [manual: NXP MAG3110 data sheet, rev. 9.2, WHO_AM_I]
};

struct twi {
    uint32_t setup[(SETUP_END - SETUP) / 4];
    uint32_t stopped, rxdready, txdsent, error, bb, suspended;
    uint32_t shorts, inten, errorsrc;
    bool first;  // the next byte is the first one written
    enum work { NOTHING, RECEIVES, SENDS, STOPS } work;
    uint64_t done_at;         // when the work is done
    uint8_t rxd, txd, place;  // place: the sensor's register that comes next
};

static uint32_t *setup(struct twi *t, uint32_t off) {
    return &t->setup[(off - SETUP) / 4];
}

static bool answers(struct twi *t) {
    uint32_t address = *setup(t, ADDRESS);

    return address == MMA8653 || address == MAG3110;
}

// A register of the sensor.
static uint8_t sensor(struct twi *t, uint8_t place) {
    if (*setup(t, ADDRESS) == MMA8653) {
        return place == MMA_WHO ? MMA_IS : 0;
    }
    return place == MAG_WHO ? MAG_IS : 0;
}

static void refuse(struct twi *t) {
    t->errorsrc |= ADDRESS_NACK;
    t->error = 1;
}

static void begin(struct tn_emu *e, struct twi *t, enum work work) {
    t->work = work;
    t->done_at = tn_emu_us(e) + (work == STOPS ? BIT_US : 9 * BIT_US);
}

// The byte has come from the sensor. Then the bus waits, or a short ends the transfer.
static void received(struct tn_emu *e, struct twi *t) {
    if (!answers(t)) {
        refuse(t);
        return;
    }
    t->rxd = sensor(t, t->place++);
    t->rxdready = t->bb = 1;
    if (t->shorts & BB_STOP) {
        begin(e, t, STOPS);
    } else if (t->shorts & BB_SUSPEND) {
        t->suspended = 1;
    }
}

static void sent(struct twi *t) {
    if (!answers(t)) {
        refuse(t);
        return;
    }
    t->place = t->first ? t->txd : (uint8_t)(t->place + 1);
    t->first = false;
    t->txdsent = t->bb = 1;
}

static void finish_due(struct tn_emu *e, struct twi *t) {
    enum work work = t->work;

    if (work == NOTHING || t->done_at > tn_emu_us(e)) {
        return;
    }
    t->work = NOTHING;
    if (work == RECEIVES) {
        received(e, t);
    } else if (work == SENDS) {
        sent(t);
    } else {
        t->stopped = 1;
    }
}

static uint32_t bits(const struct twi *t) {
    return t->stopped << STOPPED_BIT | t->rxdready << RXDREADY_BIT | t->txdsent << TXDSENT_BIT |
            t->error << ERROR_BIT | t->bb << BB_BIT | t->suspended << SUSPENDED_BIT;
}

static uint32_t *event(struct twi *t, uint32_t off) {
    switch (off) {
    case STOPPED:
        return &t->stopped;
    case RXDREADY:
        return &t->rxdready;
    case TXDSENT:
        return &t->txdsent;
    case ERROR:
        return &t->error;
    case BB:
        return &t->bb;
    case SUSPENDED:
        return &t->suspended;
    default:
        return NULL;
    }
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    struct twi *t = state;
    const uint32_t *ev = event(t, off);

    (void)size;
    finish_due(e, t);
    if (ev) {
        return *ev;
    }
    switch (off) {
    case SHORTS:
        return t->shorts;
    case INTENSET:
    case INTENCLR:
        return t->inten;
    case ERRORSRC:
        return t->errorsrc;
    case RXD:
        return t->rxd;
    default:
        return off >= SETUP && off < SETUP_END ? *setup(t, off) : 0;
    }
}

// A transfer that reads takes its first byte at once; one that writes waits for TXD.
static void task(struct tn_emu *e, struct twi *t, uint32_t off) {
    bool is_on = *setup(t, ENABLE) == ENABLED;

    if (off == SUSPEND) {
        t->suspended = 1;
    } else if (off == STOP) {
        begin(e, t, STOPS);
    } else if (off == STARTTX) {
        t->first = true;
    } else if (is_on && (off == STARTRX || (off == RESUME && t->work == NOTHING))) {
        begin(e, t, RECEIVES);
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct twi *t = state;
    uint32_t *ev = event(t, off);

    (void)size;
    if (ev) {
        *ev = value != 0;
    } else if (off <= RESUME) {
        task(e, t, off);
    } else if (off == SHORTS) {
        t->shorts = value;
    } else if (off == INTENSET) {
        t->inten |= value;
    } else if (off == INTENCLR) {
        t->inten &= ~value;
    } else if (off == ERRORSRC) {
        t->errorsrc &= ~value;
    } else if (off == TXD) {
        t->txd = (uint8_t)value;
        begin(e, t, SENDS);
    } else if (off >= SETUP && off < SETUP_END) {
        *setup(t, off) = value;
    }
    tn_emu_attend(e);
}

static uint64_t tick(struct tn_emu *e, struct twi *t, unsigned irq) {
    finish_due(e, t);
    tn_emu_irq(e, irq, (bits(t) & t->inten) != 0);
    return t->work == NOTHING ? TN_EMU_NEVER : t->done_at;
}

static uint64_t tick0(struct tn_emu *e, void *state) {
    return tick(e, state, IRQ0);
}

static uint64_t tick1(struct tn_emu *e, void *state) {
    return tick(e, state, IRQ1);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct twi *)state = (struct twi){0};
}

#define TWI(n)                                                                                     \
    const struct tn_emu_device tn_emu_nrf51_twi##n = {                                             \
            .name = "TWI" #n,                                                                      \
            .base = 0x40003000 + 0x1000 * n,                                                       \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct twi),                                                      \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
            .tick = tick##n,                                                                       \
    }

TWI(0);
TWI(1);
