// SPDX-License-Identifier: Apache-2.0
// The reason of the last reset, by RSTGEN.STAT, which Ambiq's loader fills in.
#include "apollo3.h"
#include "registers.h"

enum tn_reset_cause chip_cause(void) {
    uint32_t why = RSTGEN_STAT;

    RSTGEN_STAT = 0;
    if (why & RSTGEN_STAT_POWER) {
        return TN_RESET_POWER;
    }
    if (why & RSTGEN_STAT_WATCHDOG) {
        return TN_RESET_WATCHDOG;
    }
    if (why & RSTGEN_STAT_SOFTWARE) {
        return TN_RESET_SOFTWARE;
    }
    return why & RSTGEN_STAT_EXTERNAL ? TN_RESET_PIN : TN_RESET_UNKNOWN;
}
