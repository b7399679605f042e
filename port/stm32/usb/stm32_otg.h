// SPDX-License-Identifier: Apache-2.0
// What TinyUSB's driver of the OTG_FS (portable/synopsys/dwc2/dwc2_stm32.h) expects of ST's headers
// stm32f2xx.h, stm32f4xx.h and stm32l4xx.h: exactly its names, nothing more. There is no OTG_HS.
#ifndef TN_PORT_STM32_USB_STM32_OTG_H
#define TN_PORT_STM32_USB_STM32_OTG_H

#include "stm32/otg.h"
#include "tinyusb/polled.h"

#define USB_OTG_FS_PERIPH_BASE OTG_FS_BASE
#define USB_OTG_FS_MAX_IN_ENDPOINTS OTG_FS_ENDPOINTS
#define USB_OTG_FS_TOTAL_FIFO_SIZE OTG_FS_FIFO_BYTES

// The driver chooses the turnaround time by the AHB's clock: the oscillator of 16 MHz, at its
// slowest (data sheet DS8626, "High-speed internal (HSI) RC oscillator": 8 % less over
// temperature). A turnaround that is too long does no harm. The OTG_FS wants more than 14.2 MHz.
#define SystemCoreClock 14720000u

#define __NOP() __asm__ volatile("nop")

// ---- The interrupt: polled (tinyusb/polled.h) ----------------------------------------------

// To halt an OUT endpoint, the driver waits for the global OUT NAK in a loop over this bit of
// GINTSTS. The bit comes when the handler has read the NAK from the receive FIFO (RM0090, "Setting
// the global OUT NAK"), so the handler must run in that loop. The driver uses the name nowhere
// else.
#undef GINTSTS_BOUTNAKEFF_Msk
#define GINTSTS_BOUTNAKEFF_Msk (tn_usb_interrupt(), OTG_FS_GINTSTS_GONAKEFF)

typedef enum {
    OTG_FS_IRQn = STM32_IRQ_OTG_FS,
} IRQn_Type;

static inline void NVIC_EnableIRQ(IRQn_Type irq) {
    (void)irq;
    tn_usb_unmask();
    tn_usb_interrupt();
}

static inline void NVIC_DisableIRQ(IRQn_Type irq) {
    (void)irq;
    tn_usb_mask();
}

#endif
