// SPDX-License-Identifier: Apache-2.0
// The functions of the ROM that erase and program the flash, at their entry addresses; a store to
// flash does nothing. Source: AmbiqSuite 3.1.1 and 3.2.0, mcu/apollo3/hal/am_hal_flash.c (entries,
// rules) and am_hal_flash.h (keys, what a function returns).
//
// The ROM runs while the flash works, the core too: an interrupt whose handler lies in flash would
// be an error, so that a call without PRIMASK is a violation here. A bit may be cleared once
// between erases. The times are assumptions; the ROM's other functions are not modelled.
#include <string.h>

#include "apollo3_priv.h"
#include "emu/core/emu.h"

enum {
    PAGE_ERASE = 0x08000050,    // [manual: AmbiqSuite, am_hal_flash.c, g_am_hal_flash]
    PROGRAM_MAIN = 0x08000054,  // [manual: AmbiqSuite, am_hal_flash.c, g_am_hal_flash]
    DELAY_CYCLES = 0x0800009c,  // [manual: AmbiqSuite, am_hal_flash.c, g_am_hal_flash]
    KEY = 0x12344321,           // [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_PROGRAM_KEY]
    INSTANCES = 2,
    INSTANCE_SIZE = 0x80000,  // [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_INSTANCE_SIZE]
    PAGE_SIZE = 0x2000,       // [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_PAGE_SIZE]
    PAGES = INSTANCE_SIZE / PAGE_SIZE,
    WORD = 4,
    WRONG_KEY = 1,  // what the functions return
    WRONG_INSTANCE = 2,
    WRONG_PAGE = 3,
    WRONG_TO = 2,
    TOO_LONG = 3,
    WRONG_FROM = 4,
    TIMEOUT = 6,
    ERASE_US = 20000,
    WRITE_US = 50,
    ROUNDS_PER_US = 16,  // of DELAY_CYCLES: three cycles each at 48 MHz
    WAKE = 0x014,        // [manual: AmbiqSuite, am_hal_flash.c, WakeWorkaround]
    WAKE_KEY = 0xc3,     // [manual: AmbiqSuite, am_hal_flash.c, WakeWorkaround]
};

struct flash {
    bool awake;
};

// A violation unless interrupts are masked, and the flash was woken before.
static void check_call(struct tn_emu *e, struct flash *f) {
    if (!(tn_emu_reg(e, TN_EMU_PRIMASK) & 1) || !f->awake) {
        tn_emu_flash_refuse(e);
    }
    f->awake = false;
    tn_emu_flash_begin_call(e);
}

static uint32_t page_erase(struct tn_emu *e, uint32_t key, uint32_t instance, uint32_t page) {
    uint32_t off = instance * INSTANCE_SIZE + page * PAGE_SIZE;

    if (key != KEY) {
        return WRONG_KEY;
    }
    if (instance >= INSTANCES) {
        return WRONG_INSTANCE;
    }
    if (page >= PAGES) {
        return WRONG_PAGE;
    }
    if (tn_emu_apollo3_is_protected(e, off)) {
        tn_emu_flash_refuse(e);
    } else if (tn_emu_flash_erase(e, off)) {
        tn_emu_stall(e, ERASE_US);
    }
    return 0;
}

static void program_word(struct tn_emu *e, uint32_t off, uint32_t word) {
    uint32_t was;

    memcpy(&was, e->flash + off, WORD);
    if (tn_emu_apollo3_is_protected(e, off)) {
        tn_emu_flash_refuse(e);
        return;
    }
    if (~was & ~word) {  // clears again what is clear
        tn_emu_flash_refuse(e);
    }
    if (tn_emu_flash_program(e, off, &word)) {
        tn_emu_stall(e, WRITE_US);
    }
}

static uint32_t program_main(
        struct tn_emu *e, uint32_t key, uint32_t from, uint32_t to, uint32_t words) {
    uint32_t ram = from - e->chip->ram_base;

    if (key != KEY) {
        return WRONG_KEY;
    }
    if (to % WORD || to >= e->chip->flash_size) {
        return WRONG_TO;
    }
    if (words > (e->chip->flash_size - to) / WORD) {
        return TOO_LONG;
    }
    // The last word of RAM cannot be the source (am_hal_flash_program_main).
    if (from % WORD || ram >= e->chip->ram_size ||
            words > (e->chip->ram_size - WORD - ram) / WORD) {
        return WRONG_FROM;
    }
    for (uint32_t i = 0; i < words && !e->ended; i++) {
        uint32_t word;
        memcpy(&word, e->ram + ram + WORD * i, WORD);
        program_word(e, to + WORD * i, word);
    }
    return 0;
}

static uint32_t call_rom(struct tn_emu *e, void *state, uint32_t addr) {
    uint32_t r[4];

    for (int i = 0; i < 4; i++) {
        r[i] = tn_emu_reg(e, i);
    }
    switch (addr) {
    case PAGE_ERASE:
        check_call(e, state);
        return page_erase(e, r[0], r[1], r[2]);
    case PROGRAM_MAIN:
        check_call(e, state);
        return program_main(e, r[0], r[1], r[2], r[3]);
    case DELAY_CYCLES:
        tn_emu_stall(e, r[0] / ROUNDS_PER_US);
        return 0;
    default:
        tn_emu_flash_refuse(e);
        return TIMEOUT;
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct flash *f = state;

    (void)e, (void)size;
    f->awake |= off == WAKE && value == WAKE_KEY;
}

static void store_flash(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    (void)state, (void)off, (void)size, (void)value;
    tn_emu_flash_refuse(e);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct flash *)state = (struct flash){0};
}

// [none: FLASH, which the list leaves out]
const struct tn_emu_device tn_emu_apollo3_flash = {
        .name = "FLASH",
        .base = 0x40014000,
        .size = 0x1000,
        .state_size = sizeof(struct flash),
        .reset = reset,
        .store = store,
        .store_flash = store_flash,
        .call_rom = call_rom,
};
