// SPDX-License-Identifier: Apache-2.0
// nRF5340, application core: 69 interrupts, the last one CryptoCell's (crate nrf5340-app-pac
// 0.12.2, enum Interrupt: 0 to 68).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 69,  // [irqs]
};

#include "nrf5x/nrf53.h"

#endif
