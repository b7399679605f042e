// SPDX-License-Identifier: Apache-2.0
// The reason of the last reset (RCC_CSR).
//
// Flags add up until they are cleared. A power-on leaves nothing in memory that counts, whatever
// came after it. An emulator may have a stub in the register's place: flags that do not go when
// they are cleared tell nothing.
#include "chip.h"
#include "stm32.h"

enum tn_reset_cause chip_cause(void) {
    uint32_t why = RCC_CSR;

    RCC_CSR |= RCC_CSR_RMVF;
    if (RCC_CSR & RCC_CSR_CAUSES) {
        return TN_RESET_UNKNOWN;
    }
    if (why & RCC_CSR_POWER) {
        return TN_RESET_POWER;
    }
    if (why & RCC_CSR_WATCHDOG) {
        return TN_RESET_WATCHDOG;
    }
    if (why & RCC_CSR_SOFTWARE) {
        return TN_RESET_SOFTWARE;
    }
    return (why & RCC_CSR_CAUSES) == RCC_CSR_PIN ? TN_RESET_PIN : TN_RESET_UNKNOWN;
}
