// SPDX-License-Identifier: Apache-2.0
// What of an nRF51 or nRF52 a loader touches: flash controller, reset cause, pins, UART, a timer,
// and the core's reset request.
//
// Sources: Nordic, "nRF51 Series Reference Manual", version 3.0, chapters 6 (NVMC), 12 (power),
// 14 (GPIO), 18 (timers), 29 (UART), and "nRF52840 Product Specification", version 1.1, section
// 4.3; ARM DDI 0419 section B3.2.6 (AIRCR). Time is counted in instructions: a core of 16 MHz, one
// cycle each.
#include <string.h>

#include "emu_priv.h"

const struct tn_emu_chip tn_emu_nrf51822 = {
        .name = "nRF51822",
        .core = TN_EMU_CORTEX_M0,
        .flash_size = 0x40000,
        .page_size = 0x400,
        .ram_size = 0x4000,
        .word_writes = 2,
};

const struct tn_emu_chip tn_emu_nrf52840 = {
        .name = "nRF52840",
        .core = TN_EMU_CORTEX_M4,
        .flash_size = 0x100000,
        .page_size = 0x1000,
        .ram_size = 0x40000,
        .word_writes = 2,
};

enum {
    CLOCK_HFCLKSTARTED = 0x40000100,
    POWER_RESETREAS = 0x40000400,
    POWER_GPREGRET = 0x4000051c,
    UART0_RXDRDY = 0x40002108,
    UART0_TXDRDY = 0x4000211c,
    UART0_TXD = 0x4000251c,
    TIMER0_CAPTURE0 = 0x40008040,
    TIMER0_CC0 = 0x40008540,
    WDT_START = 0x40010000,
    WDT_RUNSTATUS = 0x40010400,
    WDT_CRV = 0x40010504,
    WDT_RREN = 0x40010508,
    WDT_CONFIG = 0x4001050c,
    WDT_RR0 = 0x40010600,
    WDT_RELOAD = 0x6e524635,
    NVMC_READY = 0x4001e400,
    NVMC_CONFIG = 0x4001e504,
    NVMC_ERASEPAGE = 0x4001e508,
    NVMC_ERASEALL = 0x4001e50c,
    GPIO_IN = 0x50000510,
    READ_ONLY = 0,
    WRITE_ENABLED = 1,
    ERASE_ENABLED = 2,
    RESETREAS_SREQ = 1 << 2,
    IDLE_READS = 16,  // of a UART that never has a byte, with nothing between: it serves nobody
    CYCLES_PER_US = 16,
};

#define AIRCR 0xe000ed0cu
#define AIRCR_RESET 0x05fa0004u
#define RELEASED 0xffffffffu

void tn_emu_devices_power_on(struct tn_emu *e) {
    e->reset_reason = 0;
    e->gpregret = 0;
    tn_emu_devices_reset(e);
}

void tn_emu_devices_reset(struct tn_emu *e) {
    e->nvmc_config = READ_ONLY;
    e->timer_cc = 0;
    e->sending = false;
    e->idle_reads = 0;
}

uint32_t tn_emu_load(struct tn_emu *e, uint32_t addr) {
    switch (addr) {
    case NVMC_READY:
    case CLOCK_HFCLKSTARTED:
        return 1;
    case NVMC_CONFIG:
        return e->nvmc_config;
    case WDT_RUNSTATUS:
        return e->dog.running;
    case POWER_RESETREAS:
        return e->reset_reason;
    case POWER_GPREGRET:
        return e->gpregret;
    case UART0_RXDRDY:
        if (++e->idle_reads >= IDLE_READS) {
            tn_emu_finish(e, TN_EMU_IDLE);
        }
        return 0;
    case UART0_TXDRDY:
        return e->sending;
    case TIMER0_CC0:
        return e->timer_cc;
    case GPIO_IN:
        return e->button ? 0 : RELEASED;
    default:
        return 0;
    }
}

// ---- Flash -----------------------------------------------------------------------------

// True if the loader's own code lies there: what the core has translated of it is void.
static bool is_code(const struct tn_emu *e, uint32_t addr) {
    return addr < e->code_size;
}

static void erase_page(struct tn_emu *e, uint32_t page) {
    memset(e->flash + page, 0xff, e->chip->page_size);
    memset(e->writes + page / 4, 0, e->chip->page_size / 4);
}

void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op) {
    e->code_changed |= is_code(e, op->addr);
    if (op->is_erase) {
        erase_page(e, op->addr);
    } else {
        memcpy(e->flash + op->addr, &op->value, 4);
        e->writes[op->addr / 4]++;
    }
}

void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed) {
    uint32_t len = op->is_erase ? e->chip->page_size : 4;

    e->code_changed |= is_code(e, op->addr);
    for (uint32_t i = 0; i < len; i += 4) {
        uint32_t was;
        memcpy(&was, e->flash + op->addr + i, 4);
        uint32_t chance = tn_emu_random(&seed) ^ tn_emu_random(&seed) << 16;
        uint32_t now = op->is_erase ? was | chance : op->value | (was & chance);
        memcpy(e->flash + op->addr + i, &now, 4);
    }
    if (op->is_erase) {  // what is erased again afterwards counts from there
        memset(e->writes + op->addr / 4, 0, len / 4);
    } else {
        e->writes[op->addr / 4]++;
    }
}

// Tells of the operation and does it, unless that ended the run.
static void operate(struct tn_emu *e, struct tn_emu_op *op) {
    e->idle_reads = 0;
    op->begins_call = e->switched;
    e->switched = false;
    if (e->on_op) {
        e->on_op(e, op);
    }
    if (!e->ended) {
        tn_emu_do(e, op);
    }
}

static void erase(struct tn_emu *e, uint32_t addr) {
    struct tn_emu_op op = {.is_erase = true, .addr = addr};

    if (e->nvmc_config != ERASE_ENABLED || addr >= e->chip->flash_size ||
            addr % e->chip->page_size != 0) {
        e->violations++;
        return;
    }
    operate(e, &op);
    e->erases += !e->ended;
}

void tn_emu_store_flash(struct tn_emu *e, uint32_t addr, uint32_t size, uint32_t value) {
    struct tn_emu_op op = {.addr = addr};
    uint32_t was;

    if (e->nvmc_config != WRITE_ENABLED || size != 4 || addr % 4 != 0) {
        e->violations++;
        e->code_changed |= is_code(e, addr);  // for a moment: it may have been translated meanwhile
        return;
    }
    memcpy(&was, e->flash + addr, 4);
    op.value = was & value;
    e->violations += e->writes[addr / 4] >= e->chip->word_writes;
    operate(e, &op);
    e->words += !e->ended;
}

static void tell_dog(struct tn_emu_dog *d, uint64_t now, uint32_t addr, uint32_t value) {
    switch (addr) {
    case WDT_CRV:
        d->crv = value;
        break;
    case WDT_RREN:
        d->rren = value;
        break;
    case WDT_CONFIG:
        d->config = value;
        break;
    case WDT_START:
        d->running = true;
        d->fed = now;
        break;
    default:  // a reload
        if (value == WDT_RELOAD) {
            d->longest = now - d->fed > d->longest ? now - d->fed : d->longest;
            d->feedings++;
            d->fed = now;
        }
    }
}

void tn_emu_store(struct tn_emu *e, uint32_t addr, uint32_t value) {
    switch (addr) {
    case NVMC_CONFIG:
        e->nvmc_config = value & 3;
        e->switched = true;
        break;
    case WDT_START:
    case WDT_CRV:
    case WDT_RREN:
    case WDT_CONFIG:
    case WDT_RR0:
        tell_dog(&e->dog, e->insns, addr, value);
        break;
    case NVMC_ERASEPAGE:
        erase(e, value);
        break;
    case NVMC_ERASEALL:
        e->violations++;  // no loader has a reason to
        break;
    case POWER_RESETREAS:
        e->reset_reason &= ~value;
        break;
    case POWER_GPREGRET:
        e->gpregret = value & 0xff;
        break;
    case UART0_TXD:
        e->sending = true;
        e->idle_reads = 0;
        break;
    case TIMER0_CAPTURE0:
        e->timer_cc = (uint32_t)(e->insns / CYCLES_PER_US);
        break;
    case AIRCR:
        if (value == AIRCR_RESET) {
            e->reset_reason |= RESETREAS_SREQ;
            tn_emu_finish(e, TN_EMU_RESET);
        }
        break;
    default:
        break;
    }
}
