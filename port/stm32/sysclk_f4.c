// SPDX-License-Identifier: Apache-2.0
// The system clock of STM32F2 and STM32F4 after a reset: the internal oscillator of 16 MHz. RM0033
// and RM0090, "Reset and clock control".
#include "stm32.h"

void stm32_sysclk_begin(void) {
}

void stm32_sysclk_end(void) {
}
