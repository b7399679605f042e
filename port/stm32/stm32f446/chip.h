// SPDX-License-Identifier: Apache-2.0
// STM32F446: ST, RM0390, vector table (0 to 96).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 97,  // [irqs]
};

#include "stm32/f4.h"

// "OTG general core configuration register (OTG_GCCFG)": whether VBUS at PA9 is looked at.
enum {
    OTG_FS_ENDPOINTS = 6,  // [manual: RM0390, "USB on-the-go", main features]
};
#define OTG_FS_GCCFG_SENSES (1u << 21)  // VBDEN [manual: RM0390, "OTG_GCCFG"]
#define OTG_FS_GCCFG_NO_SENSE 0u

#endif
