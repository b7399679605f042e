// SPDX-License-Identifier: Apache-2.0
// What address 0 shows (SYSCFG). Sources: ST, RM0351 chapter 9, RM0461 chapter 10, RM0090 chapter
// 9, RM0033 chapter 7. A reset selects the flash: the pin BOOT0 is low. Only the register is modelled:
// address 0 shows the flash all the time.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    MEMRMP = 0x00,  // [SYSCFG.MEMRMP of stm32l* stm32w*; SYSCFG.MEMRM]
    MEM_MODE = 3,   // [SYSCFG.MEMRM.MEM_MODE of stm32f2* stm32f405]
    L4_MEM_MODE =
            7,  // [SYSCFG.MEMRMP.MEM_MODE of stm32l* stm32w*; SYSCFG.MEMRM.MEM_MODE of stm32f446]
    F4_SYSCFG_EN = 14,  // [RCC.APB2ENR.SYSCFGEN bit of stm32f*]
    L4_SYSCFG_EN = 0,   // [RCC.APB2ENR.SYSCFGEN bit of stm32l*]
};

struct syscfg {
    uint32_t memrmp;
};

// The STM32WL's is always on.
static bool is_on(struct tn_emu *e) {
    return tn_emu_stm32_is_wl(e) ||
            tn_emu_stm32_is_on(
                    e, TN_EMU_STM32_APB2, tn_emu_stm32_is_f4(e) ? F4_SYSCFG_EN : L4_SYSCFG_EN);
}

static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    (void)e, (void)cause;
    *(struct syscfg *)state = (struct syscfg){0};
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct syscfg *s = state;

    (void)size;
    return off == MEMRMP && is_on(e) ? s->memrmp : 0;
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct syscfg *s = state;

    (void)size;
    if (off == MEMRMP && is_on(e)) {
        s->memrmp = value & (tn_emu_stm32_is_f4(e) ? MEM_MODE : L4_MEM_MODE);
    }
}

#define SYSCFG(chip, at)                                                                           \
    const struct tn_emu_device tn_emu_##chip##_syscfg = {                                          \
            .name = "SYSCFG",                                                                      \
            .base = at,                                                                            \
            .size = 0x400,                                                                         \
            .state_size = sizeof(struct syscfg),                                                   \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

SYSCFG(stm32l4, 0x40010000);
SYSCFG(stm32f4, 0x40013800);
