// SPDX-License-Identifier: Apache-2.0
// The blocks of an nRF51 and nRF52 that are not modelled, by name. Sources: Nordic, "nRF51 Series
// Reference Manual", version 3.0, section 7.2; "nRF52840 Product Specification", version 1.1,
// section 4.2.3. A block that several peripherals share has the name of the first.
//
// [registers SAADC of nrf52*]
// [none: QSPI of nrf52833], which lacks it.
#include "nrf5x_priv.h"

#define UNKNOWN(chip, lower, upper, address)                                                       \
    const struct tn_emu_device tn_emu_##chip##_##lower = {                                         \
            .name = upper, .base = (address), .size = 0x1000, .unknown = true}

UNKNOWN(nrf5x, radio, "RADIO", 0x40001000);
UNKNOWN(nrf5x, gpiote, "GPIOTE", 0x40006000);
UNKNOWN(nrf5x, adc, "ADC", 0x40007000);
UNKNOWN(nrf5x, ecb, "ECB", 0x4000e000);
UNKNOWN(nrf5x, aar, "AAR", 0x4000f000);
UNKNOWN(nrf5x, qdec, "QDEC", 0x40012000);
UNKNOWN(nrf5x, lpcomp, "LPCOMP", 0x40013000);
UNKNOWN(nrf5x, ppi, "PPI", 0x4001f000);
UNKNOWN(nrf52, spim1, "SPIM1", 0x40004000);
UNKNOWN(nrf52, nfct, "NFCT", 0x40005000);
UNKNOWN(nrf52, pwm0, "PWM0", 0x4001c000);
UNKNOWN(nrf52, uarte1, "UARTE1", 0x40028000);
UNKNOWN(nrf52, qspi, "QSPI", 0x40029000);
UNKNOWN(nrf52, pwm3, "PWM3", 0x4002d000);
UNKNOWN(nrf52, spim3, "SPIM3", 0x4002f000);
