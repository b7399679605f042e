// SPDX-License-Identifier: Apache-2.0
// The independent watchdog: RM0351 chapter 36, RM0461 chapter 30. Every reset stops it, unless an
// option byte starts it. Its oscillator of 32 kHz is a few percent off.
#include "chip.h"
#include "stm32.h"

enum {
    MS_PER_TICK = 8,  // 32 kHz / 256
};

void chip_alive(void) {
    IWDG_KR = IWDG_KR_RELOAD;  // nothing happens if it does not run
}

void chip_arm(uint32_t ms) {
    uint32_t ticks = ms / MS_PER_TICK + 1;

    IWDG_KR = IWDG_KR_START;
    IWDG_KR = IWDG_KR_UNLOCK;
    IWDG_PR = IWDG_PR_256;
    IWDG_RLR = ticks < IWDG_RLR_MAX ? ticks : IWDG_RLR_MAX;
    while (IWDG_SR) {  // a few of its own cycles
    }
    IWDG_KR = IWDG_KR_RELOAD;
}
