// SPDX-License-Identifier: Apache-2.0
// The power controller, and the backup registers, which it opens for stores (DBP). Resets leave
// them alone. Sources: ST, RM0351 chapters 5 (PWR) and 38 (RTC: 32 registers); RM0461 chapters 5
// and 33 (TAMP: 20 registers).
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    CR1 = 0x00,         // [PWR.CR of stm32f*; PWR.CR1]
    CR1_DBP = 1 << 8,   // [PWR.CR.DBP of stm32f*; PWR.CR1.DBP]
    L4_CR1 = 0x200,     // after a reset: voltage range 1 [PWR.CR1 reset of stm32l* stm32w*]
    CR2 = 0x04,         // [PWR.CR2 of stm32l476]
    CR2_USV = 1 << 10,  // [PWR.CR2.USV of stm32l476]
    L4_BACKUP = 0x50,   // [RTC.BKPR of stm32l476 stm32f*]
    WL_BACKUP = 0x100,  // [TAMP.BKPR of stm32wle5]
};

enum {
    PWR_REGISTERS = 38,
    BACKUPS = 32,
    BLOCK = 1024,
};

struct pwr {
    uint32_t reg[PWR_REGISTERS];
};

struct backup {
    uint32_t other[BLOCK / 4];
    uint32_t reg[BACKUPS];
};

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct pwr *)state = (struct pwr){.reg = {L4_CR1}};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct pwr *p = state;

    (void)e, (void)size;
    return off / 4 < PWR_REGISTERS ? p->reg[off / 4] : 0;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct pwr *p = state;

    (void)e, (void)size;
    if (off / 4 < PWR_REGISTERS) {
        p->reg[off / 4] = value;
    }
}

bool tn_emu_stm32_has_usb_supply(struct tn_emu *e) {
    const struct pwr *p = tn_emu_state(e, &tn_emu_stm32l4_pwr);

    return tn_emu_stm32_is_f4(e) || p->reg[CR2 / 4] & CR2_USV;
}

// The number of a backup register; BACKUPS: none is there.
static uint32_t number(const struct tn_emu *e, uint32_t off) {
    uint32_t n = (off - (tn_emu_stm32_is_wl(e) ? WL_BACKUP : L4_BACKUP)) / 4;

    return n < (tn_emu_stm32_is_wl(e) ? 20u : 32u) ? n : BACKUPS;
}

static uint32_t load_backup(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct backup *b = state;
    uint32_t n = number(e, off);

    (void)size;
    return n < BACKUPS ? b->reg[n] : b->other[off / 4];
}

static void store_backup(
        struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct backup *b = state;
    const struct pwr *p =
            tn_emu_state(e, tn_emu_stm32_is_wl(e) ? &tn_emu_stm32wl_pwr : &tn_emu_stm32l4_pwr);
    uint32_t n = number(e, off);

    (void)size;
    if (!(p->reg[CR1 / 4] & CR1_DBP)) {
        return;
    }
    if (n < BACKUPS) {
        b->reg[n] = value;
    } else {
        b->other[off / 4] = value;
    }
}

#define PWR(chip, at)                                                                              \
    const struct tn_emu_device tn_emu_##chip##_pwr = {                                             \
            .name = "PWR",                                                                         \
            .base = at,                                                                            \
            .size = BLOCK,                                                                         \
            .state_size = sizeof(struct pwr),                                                      \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

PWR(stm32l4, 0x40007000);
PWR(stm32wl, 0x58000400);

#define BACKUP(chip, title, at)                                                                    \
    const struct tn_emu_device tn_emu_##chip##_backup = {                                          \
            .name = title,                                                                         \
            .base = at,                                                                            \
            .size = BLOCK,                                                                         \
            .state_size = sizeof(struct backup),                                                   \
            .load = load_backup,                                                                   \
            .store = store_backup,                                                                 \
    }

BACKUP(stm32l4, "RTC", 0x40002800);
BACKUP(stm32wl, "TAMP", 0x4000b000);
