// SPDX-License-Identifier: Apache-2.0
// TinyUSB in usb_echo: one CDC interface, full speed, no RTOS.
#ifndef TN_TEST_USB_ECHO_TUSB_CONFIG_H
#define TN_TEST_USB_ECHO_TUSB_CONFIG_H

#define CFG_TUSB_OS OPT_OS_NONE
#define CFG_TUSB_DEBUG 0
#define TU_ASSERT(...) TU_VERIFY(__VA_ARGS__)  // no breakpoint at each: 300 bytes
#define CFG_TUSB_RHPORT0_MODE (OPT_MODE_DEVICE | OPT_MODE_FULL_SPEED)

#define CFG_TUD_ENDPOINT0_SIZE 64
#define CFG_TUD_CDC 1
#define CFG_TUD_CDC_RX_BUFSIZE 256
#define CFG_TUD_CDC_TX_BUFSIZE 256

#endif
