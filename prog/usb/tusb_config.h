// SPDX-License-Identifier: Apache-2.0
// TinyUSB in loaders, applications and the simulated device: one CDC line, full speed, no RTOS. The
// DFU interface is a driver of our own (port/tinyusb/function.c).
#ifndef TN_PROG_USB_TUSB_CONFIG_H
#define TN_PROG_USB_TUSB_CONFIG_H

#define CFG_TUSB_OS OPT_OS_NONE
#define CFG_TUSB_DEBUG 0
#define TU_ASSERT(...) TU_VERIFY(__VA_ARGS__)  // no breakpoint at each: 300 bytes
#define CFG_TUSB_RHPORT0_MODE (OPT_MODE_DEVICE | OPT_MODE_FULL_SPEED)

#define CFG_TUD_ENDPOINT0_SIZE 64
#define CFG_TUD_CDC 1
#define CFG_TUD_CDC_RX_BUFSIZE 512
#define CFG_TUD_CDC_TX_BUFSIZE 512

#endif
