// SPDX-License-Identifier: Apache-2.0
// The reason of the last reset (reference manual, chapter 12).
//
// No bit: power-on or brown-out, and what memory holds is chance. An emulator may have a stub
// in the register's place (QEMU's reads 1 for ever): what does not go when it is cleared tells
// nothing. After a reset by watchdog or pin the manual does not promise what memory holds
// (section 12.1, reset behaviour): the records there carry checks of their own.
#include "chip.h"
#include "nrf5x.h"

enum tn_reset_cause chip_cause(void) {
    uint32_t why = RESETREAS;

    RESETREAS = why;
    if (RESETREAS) {
        return TN_RESET_UNKNOWN;
    }
    if (!why) {
        return TN_RESET_POWER;
    }
    if (why & RESETREAS_DOG) {
        return TN_RESET_WATCHDOG;
    }
    if (why & RESETREAS_RESETPIN) {
        return TN_RESET_PIN;
    }
    return why & RESETREAS_SREQ ? TN_RESET_SOFTWARE : TN_RESET_UNKNOWN;
}
