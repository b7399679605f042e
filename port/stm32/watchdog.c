// SPDX-License-Identifier: Apache-2.0
// The independent watchdog: RM0351 chapter 36, RM0461 chapter 30. Every reset stops it, unless an
// option byte starts it. Its oscillator of 32 kHz may be much faster (chip.h): then it must not
// come too soon, so that it is late where the oscillator is right.
#include "chip.h"
#include "stm32.h"

enum {
    DIVIDER = 256,  // IWDG_PR_256
    MS_MAX = 4094 * DIVIDER / LSI_KHZ_MAX,
};

void chip_alive(void) {
    IWDG_KR = IWDG_KR_RELOAD;  // nothing happens if it does not run
}

void chip_arm(uint32_t ms) {
    uint32_t ticks = ms > MS_MAX ? IWDG_RLR_MAX : ms * LSI_KHZ_MAX / DIVIDER + 1;

    IWDG_KR = IWDG_KR_START;
    IWDG_KR = IWDG_KR_UNLOCK;
    IWDG_PR = IWDG_PR_256;
    IWDG_RLR = ticks;
    while (IWDG_SR) {  // a few of its own cycles
    }
    IWDG_KR = IWDG_KR_RELOAD;
}
