// SPDX-License-Identifier: Apache-2.0
// The controller's interrupt for programs that enable no interrupt of the core: what TinyUSB's
// drivers get instead of the NVIC's functions (port/FAMILY/usb/).
//
// TinyUSB masks the interrupt while it works on its queue. Here the handler runs when TinyUSB
// unmasks it again, and when the program polls. Both are moments at which the real interrupt could
// come. The first one is necessary: TinyUSB 0.18's driver of the nRF repeats a call in tud_task
// until the handler has seen the end of a DMA transfer (edpt_dma_start in dcd_nrf5x.c), and
// tud_task returns only when its queue is empty.
#ifndef TN_PORT_TINYUSB_POLLED_H
#define TN_PORT_TINYUSB_POLLED_H

#include <stdbool.h>

// A chip's header for TinyUSB calls tn_usb_interrupt after tn_usb_unmask.
void tn_usb_unmask(void);
void tn_usb_mask(void);

// True while the handler is running.
bool tn_usb_is_in_handler(void);

// Calls the handler, unless the interrupt is masked or the handler is running.
void tn_usb_interrupt(void);

#endif
