// SPDX-License-Identifier: Apache-2.0
// nRF51: 26 interrupts, one for each peripheral ID ("nRF51 Series Reference Manual", version 3.0,
// chapter 10: 0 to 25).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 26,  // [irqs]
};

#include "nrf5x/nrf51.h"

#endif
