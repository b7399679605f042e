// SPDX-License-Identifier: Apache-2.0
// TinyUSB in a loader that reads a stick: a host at full speed with one device of mass storage, no
// hub, no RTOS.
#ifndef TN_PROG_STICK_TUSB_CONFIG_H
#define TN_PROG_STICK_TUSB_CONFIG_H

#define CFG_TUSB_OS OPT_OS_NONE
#define CFG_TUSB_DEBUG 0
#define TU_ASSERT(...) TU_VERIFY(__VA_ARGS__)  // no breakpoint at each
#define CFG_TUSB_RHPORT0_MODE (OPT_MODE_HOST | OPT_MODE_FULL_SPEED)

#define CFG_TUH_ENABLED 1
#define CFG_TUH_DEVICE_MAX 1
#define CFG_TUH_HUB 0
#define CFG_TUH_MSC 1
#define CFG_TUH_MSC_MAXLUN 1
// A configuration's descriptors, all of them: a stick's have 32 bytes, and some have more
// interfaces. These two are what port/tinyusb/config_check.h looks at.
#define CFG_TUH_ENUMERATION_BUFSIZE 256
#define CFG_TUH_INTERFACE_MAX 8

// Room for a whole packet behind each buffer: the driver of the OTG_FS copies what has come,
// however little it has asked for.
#define CFG_TUH_MEM_ALIGN TU_ATTR_ALIGNED(64)

#endif
