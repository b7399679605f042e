// SPDX-License-Identifier: Apache-2.0
// OTG_FS, the USB controller of STM32F2, F4 and L4: what our own code needs of it. chip.h has what
// differs. TinyUSB's driver brings the other registers (portable/synopsys/dwc2/dwc2_type.h).
//
// Sources: ST, RM0033 and RM0090, "USB on-the-go full-speed (OTG_FS)"; RM0390 and RM0351, "USB
// on-the-go"; sections by their titles.
#ifndef TN_PORT_STM32_OTG_H
#define TN_PORT_STM32_OTG_H

#include "chip.h"

#define OTG_FS_BASE 0x50000000u  // [OTG_FS_GLOBAL]

enum {
    STM32_IRQ_OTG_FS = 67,
    OTG_FS_AF = 10,            // of PA11 and PA12 [none: data sheets, alternate functions]
    OTG_FS_FIFO_BYTES = 1280,  // [none: "FIFO RAM allocation", 1.25 KiB]
};

// "Control and status register (OTG_GOTGCTL)": that the program says whether VBUS is there. The
// cores of F207 and F405 do not have these bits.
// [OTG_FS_GLOBAL.GOTGCTL of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GOTGCTL]
#define OTG_FS_GOTGCTL STM32_REG(OTG_FS_BASE + 0x00)
#define OTG_FS_GOTGCTL_BVALOEN (1u << 6)   // [manual: RM0390 and RM0351, "OTG_GOTGCTL"]
#define OTG_FS_GOTGCTL_BVALOVAL (1u << 7)  // [manual: RM0390 and RM0351, "OTG_GOTGCTL"]

#define OTG_FS_GINTSTS_GONAKEFF (1u << 7)  // [OTG_FS_GLOBAL.GINTSTS.GOUTNAKEFF of stm32f4*]

// [OTG_FS_GLOBAL.GCCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GCCFG]
#define OTG_FS_GCCFG STM32_REG(OTG_FS_BASE + 0x38)

#endif
