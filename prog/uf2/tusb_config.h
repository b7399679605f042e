// SPDX-License-Identifier: Apache-2.0
// TinyUSB as in prog/usb, with mass storage besides.
#ifndef TN_PROG_UF2_TUSB_CONFIG_H
#define TN_PROG_UF2_TUSB_CONFIG_H

#include "../usb/tusb_config.h"

#define CFG_TUD_MSC 1
#define CFG_TUD_MSC_EP_BUFSIZE 512  // a block of the drive (port/tinyusb/drive.h)

#endif
