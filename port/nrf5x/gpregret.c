// SPDX-License-Identifier: Apache-2.0
// Requests by GPREGRET, a byte that resets keep and a loss of power clears (reference manual,
// chapter 12). Applications of other loaders write it.
//
// A byte can carry no check. So it counts after a reset by software only, and a value that none of
// these conventions has is left alone. Sources: Adafruit_nRF52_Bootloader, src/main.c (the loader
// that the RAK4631 is sold with); Zephyr, subsys/retention and its boot mode
// (BOOT_MODE_TYPE_BOOTLOADER) over a retained register.
#include "chip.h"
#include "nrf5x.h"

enum tn_run_mode chip_asked(enum tn_reset_cause cause) {
    uint32_t value = cause == TN_RESET_SOFTWARE ? POWER_GPREGRET & 0xff : 0;

    switch (value) {
    case NRF51_ASK_ZEPHYR_BOOTLOADER:
    case NRF51_ASK_SERIAL:
    case NRF51_ASK_UF2:
    case NRF51_ASK_OTA:
    case NRF51_ASK_OTA_SOFTDEVICE:
        POWER_GPREGRET = 0;
        return TN_RUN_RECOVERY;
    case NRF51_ASK_SKIP:
        POWER_GPREGRET = 0;
        return TN_RUN_NORMAL;
    default:
        return TN_RUN_NORMAL;
    }
}

void nrf51_ask(enum nrf51_ask what) {
    POWER_GPREGRET = (uint32_t)what;
}
