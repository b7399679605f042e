// SPDX-License-Identifier: Apache-2.0
// STM32F405: ST, RM0090, vector table (0 to 81).
#ifndef TN_PORT_CHIP_H
#define TN_PORT_CHIP_H

enum {
    CM_IRQS = 82,  // [manual: RM0090, vector table: 0 to 81]
};

#include "stm32/f4.h"

// "OTG_FS general core configuration register (OTG_FS_GCCFG)": whether VBUS at PA9 is looked at.
enum {
    OTG_FS_ENDPOINTS = 4,  // [manual: RM0090, "USB on-the-go full-speed (OTG_FS)", main features]
};
// [OTG_FS_GLOBAL.GCCFG.VBUSBSEN of stm32f405; OTG_FS_GLOBAL.FS_GCCFG.VBUSBSEN]
#define OTG_FS_GCCFG_SENSES (1u << 19)
// NOVBUSSENS
#define OTG_FS_GCCFG_NO_SENSE (1u << 21)  // [manual: RM0090, "OTG_FS_GCCFG"]

#endif
