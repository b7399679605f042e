// SPDX-License-Identifier: Apache-2.0
// What is written at the factory (FICR) and by users (UICR), and the core's ROM table. Source:
// Nordic, "nRF51 Series Reference Manual", version 3.0, chapters 7 and 8; "nRF52840 Product
// Specification", version 1.1, sections 4.4 and 4.5. The numbers of a chip are made up; unknown
// words are erased.
#include <string.h>

#include "chips.h"
#include "emu/core/emu.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

enum {
    CODEPAGESIZE = 0x010,    // [FICR.CODEPAGESIZE of nrf51 nrf52*]
    CODESIZE = 0x014,        // [FICR.CODESIZE of nrf51 nrf52*]
    DEVICEID0 = 0x060,       // [FICR.DEVICEID0 of nrf51 nrf52*]
    DEVICEID1 = 0x064,       // [FICR.DEVICEID1 of nrf51 nrf52*]
    DEVICEADDRTYPE = 0x0a0,  // [FICR.DEVICEADDRTYPE of nrf51 nrf52*]
    DEVICEADDR0 = 0x0a4,     // [FICR.DEVICEADDR0 of nrf51 nrf52*]
    DEVICEADDR1 = 0x0a8,     // [FICR.DEVICEADDR1 of nrf51 nrf52*]
};

enum {
    INFO_DEVICEID0 = 0x204,     // [FICR.INFO.DEVICEID of nrf5340]
    INFO_DEVICEID1 = 0x208,     // [none: behind FICR.INFO.DEVICEID]
    INFO_PART = 0x20c,          // [FICR.INFO.PART of nrf5340]
    INFO_CODEPAGESIZE = 0x220,  // [FICR.INFO.CODEPAGESIZE of nrf5340]
    INFO_CODESIZE = 0x224,      // [FICR.INFO.CODESIZE of nrf5340]
    PART = 0x5340,              // [FICR.INFO.PART.PART=N5340 of nrf5340]
};

enum {
    UICR_WORDS = 1024,
};

// The part of a word that an access of 1, 2 or 4 bytes gets.
static uint32_t part(uint32_t word, uint32_t off, unsigned size) {
    return size == 4 ? word : word >> 8 * (off % 4) & (size == 2 ? 0xffff : 0xff);
}

static uint32_t ficr_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    uint32_t page = e->chip->sectors[0].size;
    uint32_t word;

    (void)state;
    switch (off / 4 * 4) {
    case CODEPAGESIZE:
        word = page;
        break;
    case CODESIZE:
        word = e->chip->flash_size / page;
        break;
    case DEVICEID0:
        word = 0x89abcdef;  // [none: a number that is made up]
        break;
    case DEVICEID1:
        word = 0x01234567;  // [none: a number that is made up]
        break;
    case DEVICEADDRTYPE:
        word = 0xffffffff;  // random
        break;
    case DEVICEADDR0:
        word = 0x33445566;  // [none: a number that is made up]
        break;
    case DEVICEADDR1:
        word = 0xffffc122;  // [none: a number that is made up]
        break;
    default:
        word = UINT32_MAX;
        break;
    }
    return part(word, off, size);
}

const struct tn_emu_device tn_emu_nrf5x_ficr = {
        .name = "FICR",
        .base = 0x10000000,
        .size = 0x1000,
        .load = ficr_load,
};

// "nRF5340 Product Specification", FICR, INFO.
static uint32_t ficr53_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    uint32_t page = e->chip->sectors[0].size;

    (void)state;
    switch (off / 4 * 4) {
    case INFO_DEVICEID0:
        return part(0x89abcdef, off, size);  // [none: a number that is made up]
    case INFO_DEVICEID1:
        return part(0x01234567, off, size);  // [none: a number that is made up]
    case INFO_PART:
        return part(PART, off, size);
    case INFO_CODEPAGESIZE:
        return part(page, off, size);
    case INFO_CODESIZE:
        return part(e->chip->flash_size / page, off, size);
    default:
        return part(UINT32_MAX, off, size);
    }
}

const struct tn_emu_device tn_emu_nrf53_ficr = {
        .name = "FICR",
        .base = 0x00ff0000,
        .size = 0x1000,
        .load = ficr53_load,
};

struct uicr {
    uint32_t words[UICR_WORDS];
};

// UICR keeps its words without power. A chip comes erased.
static void uicr_power_on(struct tn_emu *e, void *state) {
    memset(state, 0xff, sizeof(struct uicr));
    if (e->uicr) {
        memcpy(state, e->uicr, sizeof(struct uicr));
    }
}

static uint32_t uicr_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct uicr *u = state;

    (void)e;
    return part(u->words[off / 4], off, size);
}

static bool may_write(struct tn_emu *e) {
    return e->chip == &tn_emu_nrf5340 ? tn_emu_nrf53_may_write(e) : tn_emu_nrf5x_may_write(e);
}

static void uicr_store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct uicr *u = state;

    (void)size;
    if (may_write(e)) {
        u->words[off / 4] &= value;
    } else {
        tn_emu_flash_refuse(e);
    }
}

#define UICR(chip, address)                                                                        \
    const struct tn_emu_device tn_emu_##chip##_uicr = {                                            \
            .name = "UICR",                                                                        \
            .base = (address),                                                                     \
            .size = 0x1000,                                                                        \
            .state_size = sizeof(struct uicr),                                                     \
            .power_on = uicr_power_on,                                                             \
            .load = uicr_load,                                                                     \
            .store = uicr_store,                                                                   \
    }

UICR(nrf5x, 0x10001000);
UICR(nrf53, 0x00ff8000);

// ---- ROM table ---------------------------------------------------------------------------

// [none: ROM table]
// Peripheral ID registers ("ARMv6-M Architecture Reference Manual", table C1-3). Nordic's start-up
// code takes part number and revision from them, to decide which errata it works around: its
// MDK, system_nrf51.c and system_nrf52840.c.
// [manual: ARMv6-M Architecture Reference Manual, table C1-3]
enum {
    PID0 = 0xfe0,
    PID2 = 0xfe8,
    PART_NRF51 = 1,
    PART_NRF52840 = 8,
    PART_NRF52833 = 0xd,
    REVISION = 0x70,  // of the nRF51: none of those that the start-up code works around
};

static uint32_t rom_table_load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    bool is_nrf51 = e->chip->core == TN_EMU_CORTEX_M0;

    (void)state, (void)size;
    if (off == PID0) {
        return is_nrf51 ? PART_NRF51 : e->chip == &tn_emu_nrf52840 ? PART_NRF52840 : PART_NRF52833;
    }
    return off == PID2 && is_nrf51 ? REVISION : 0;
}

const struct tn_emu_device tn_emu_nrf5x_rom_table = {
        .name = "ROM table",
        .base = 0xf0000000,
        .size = 0x1000,
        .load = rom_table_load,
};
