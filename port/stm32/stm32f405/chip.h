// SPDX-License-Identifier: Apache-2.0
// STM32F405: ST, RM0090, vector table (0 to 81).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 82,  // [manual: RM0090, vector table: 0 to 81]
};

#include "stm32/f4.h"

#endif
