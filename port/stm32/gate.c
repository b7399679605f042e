// SPDX-License-Identifier: Apache-2.0
// Devices on and off, by RCC's registers (chip.h).
#include "chip.h"
#include "stm32.h"

void stm32_on(const struct stm32_gate *g) {
    STM32_REG(RCC_BASE + g->enable) |= 1u << g->bit;
    (void)STM32_REG(RCC_BASE + g->enable);  // the device's clock takes two cycles to come
}

void stm32_off(const struct stm32_gate *g) {
    STM32_REG(RCC_BASE + g->reset) |= 1u << g->bit;
    STM32_REG(RCC_BASE + g->reset) &= ~(1u << g->bit);
    STM32_REG(RCC_BASE + g->enable) &= ~(1u << g->bit);
}

bool stm32_is_on(const struct stm32_gate *g) {
    return STM32_REG(RCC_BASE + g->enable) >> g->bit & 1;
}
