// SPDX-License-Identifier: Apache-2.0
// STM32F446: ST, RM0390, vector table (0 to 96).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 97,  // [irqs]
};

#include "stm32/f4.h"

#endif
