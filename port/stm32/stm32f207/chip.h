// SPDX-License-Identifier: Apache-2.0
// STM32F207: ST, RM0033, vector table (0 to 80).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 81,  // [irqs]
};

#include "stm32/f4.h"

#endif
