// SPDX-License-Identifier: Apache-2.0
// The system clock of STM32L4 and STM32WL: MSI of 4 MHz after a reset, or HSI16. RM0351 section
// 6.2, RM0461 section 6.2 (clocks). Both need no wait state at 16 MHz in the voltage range that a
// reset selects (RM0351 section 3.3.3, RM0461 section 3.3.4: read access latency).
#include "chip.h"
#include "stm32.h"

// Switches, and waits until the switch is made.
static void use(uint32_t sw) {
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW) | sw;
    while ((RCC_CFGR & RCC_CFGR_SWS) != sw << RCC_CFGR_SWS_SHIFT) {
    }
}

void stm32_sysclk_begin(void) {
    RCC_CR |= RCC_CR_HSION;
    while (!(RCC_CR & RCC_CR_HSIRDY)) {
    }
    use(RCC_CFGR_SW_HSI);
}

void stm32_sysclk_end(void) {
    use(RCC_CFGR_SW_MSI);
    RCC_CR &= ~RCC_CR_HSION;
}
