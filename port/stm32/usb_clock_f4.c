// SPDX-License-Identifier: Apache-2.0
// 48 MHz for the OTG_FS of STM32F2 and F4: from the crystal by the PLL's output Q. The core goes on
// by the internal oscillator. RM0033 and RM0090, "Reset and clock control"; RM0390 too, where
// DCKCFGR2 selects this output after a reset.
#include "chip.h"
#include "stm32.h"

enum {
    PATIENCE = 20000,  // rounds of 8 cycles or more: 10 ms
    IN_MHZ = 2,        // into the VCO: as the manuals recommend against jitter
    VCO_MHZ = 192,
    Q = VCO_MHZ / 48,
};

static bool wait_for(uint32_t ready) {
    for (int i = 0; i < PATIENCE; i++) {
        if (RCC_CR & ready) {
            return true;
        }
    }
    return false;
}

bool stm32_usb_clock_begin(unsigned hse_mhz, bool bypass) {
    RCC_CR |= bypass ? RCC_CR_HSEBYP : 0;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_for(RCC_CR_HSERDY)) {
        return false;
    }
    RCC_PLLCFGR = (RCC_PLLCFGR_RESET & RCC_PLLCFGR_KEPT) | RCC_PLLCFGR_M(hse_mhz / IN_MHZ) |
            RCC_PLLCFGR_N((uint32_t)VCO_MHZ / IN_MHZ) | RCC_PLLCFGR_P_8 | RCC_PLLCFGR_HSE |
            RCC_PLLCFGR_Q((uint32_t)Q);
    RCC_CR |= RCC_CR_PLLON;
    return wait_for(RCC_CR_PLLRDY);
}

// The bypass may change only while the oscillator is off, and the PLL only while it is off.
void stm32_usb_clock_end(void) {
    RCC_CR &= ~RCC_CR_PLLON;
    while (RCC_CR & RCC_CR_PLLRDY) {
    }
    RCC_PLLCFGR = RCC_PLLCFGR_RESET;
    RCC_CR &= ~RCC_CR_HSEON;
    RCC_CR &= ~RCC_CR_HSEBYP;
}
