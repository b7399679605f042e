// SPDX-License-Identifier: Apache-2.0
// 48 MHz for the OTG_FS of STM32L4, from the crystal by the PLL's output Q, and the supply of its
// pins (VDDUSB). The core goes on by the internal oscillator. RM0351 section 6.2.7 (PLL), 6.4.28
// (CCIPR), 5.1.3 (independent USB transceivers supply).
#include "chip.h"
#include "stm32.h"

enum {
    PATIENCE = 20000,  // rounds of 8 cycles or more: 10 ms
    IN_MHZ = 8,        // into the VCO: 4 to 16
    VCO_MHZ = 192,     // 64 to 344; Q divides it by 4
};

static const struct stm32_gate pwr = GATE_PWR;

static bool wait_for(uint32_t ready) {
    for (int i = 0; i < PATIENCE; i++) {
        if (RCC_CR & ready) {
            return true;
        }
    }
    return false;
}

bool stm32_usb_clock_begin(unsigned hse_mhz, bool bypass) {
    stm32_on(&pwr);
    PWR_CR2 |= PWR_CR2_USV;
    RCC_CR |= bypass ? RCC_CR_HSEBYP : 0;
    RCC_CR |= RCC_CR_HSEON;
    if (!wait_for(RCC_CR_HSERDY)) {
        return false;
    }
    RCC_PLLCFGR = RCC_PLLCFGR_HSE | RCC_PLLCFGR_M(hse_mhz / IN_MHZ - 1) |
            RCC_PLLCFGR_N((uint32_t)VCO_MHZ / IN_MHZ) | RCC_PLLCFGR_Q_4;
    RCC_CR |= RCC_CR_PLLON;
    if (!wait_for(RCC_CR_PLLRDY)) {
        return false;
    }
    RCC_PLLCFGR |= RCC_PLLCFGR_QEN;
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_CLK48SEL) | RCC_CCIPR_CLK48SEL_PLLQ;
    return true;
}

// The bypass may change only while the oscillator is off, and the PLL only while it is off.
void stm32_usb_clock_end(void) {
    RCC_CCIPR &= ~RCC_CCIPR_CLK48SEL;
    RCC_PLLCFGR &= ~RCC_PLLCFGR_QEN;
    RCC_CR &= ~RCC_CR_PLLON;
    while (RCC_CR & RCC_CR_PLLRDY) {
    }
    RCC_PLLCFGR = RCC_PLLCFGR_RESET;
    RCC_CR &= ~RCC_CR_HSEON;
    RCC_CR &= ~RCC_CR_HSEBYP;
    PWR_CR2 &= ~PWR_CR2_USV;
    stm32_off(&pwr);
}
