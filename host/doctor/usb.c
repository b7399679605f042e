// SPDX-License-Identifier: Apache-2.0
// Devices with DFU. Only what the list of devices and the system's files tell: nothing is opened.
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/dfu/usb.h"
#include "host/doctor/doctor_priv.h"

// The device's file tells who may open it, and who has it open.
static void check_node(const struct tn_doctor *d, const struct tn_usb_device *u, const char *name) {
    char full[PATH_MAX];

    snprintf(full, sizeof(full), "%s%s", d->root, u->node);
    if (*u->node && access(full, F_OK) == 0) {
        tn_doctor_port(d, u->node);
    } else if (u->access == TN_USB_DENIED) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "permission",
                "install the udev rules (./run install), then plug the device in again",
                "%s: you may not open it", name);
    }
}

static void check_access(
        const struct tn_doctor *d, const struct tn_usb_device *u, const char *name) {
    if (u->access == TN_USB_NO_DRIVER) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "driver",
                "a device without Microsoft OS descriptors needs the driver WinUSB, by Zadig",
                "%s: Windows has no driver for its DFU interface", name);
    } else if (u->access == TN_USB_CLOSED) {
        tn_doctor_tell(
                d, TN_CHECK_FAIL, "usb", "plug the device in again", "%s: cannot be opened", name);
    }
}

// The ROM of an STM32: it runs because of the boot pins or option bytes, or because flash is empty.
// Source: ST AN2606, "STM32 microcontroller system memory boot mode", section 4; its ids: AN3156.
static bool is_st_rom(const struct tn_usb_device *u) {
    return u->is_dfu_mode && u->vid == 0x0483 && u->pid == 0xdf11;
}

static void tell_mode(const struct tn_doctor *d, const struct tn_usb_device *u, const char *name) {
    if (is_st_rom(u)) {
        tn_doctor_tell(d, TN_CHECK_OK, "dfu",
                "it checks no signature. To leave it: BOOT0 low, then a reset. It stays if the "
                "option bytes or an empty flash select it",
                "%s: the ROM loader of an STM32 waits for a download", name);
    } else if (u->is_dfu_mode) {
        tn_doctor_tell(d, TN_CHECK_OK, "dfu", "", "%s: waits for a download", name);
    } else {
        tn_doctor_tell(d, TN_CHECK_OK, "dfu", "",
                "%s: its application runs, and leaves for DFU mode when it is told to", name);
    }
}

void tn_doctor_usb(const struct tn_doctor *d, const struct tn_usb_device *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct tn_usb_device *u = &list[i];
        char name[TN_USB_NAME];
        if (!u->has_dfu) {
            continue;
        }
        tn_usb_name_put(name, u->vid, u->pid, u->serial);
        tell_mode(d, u, name);
        check_node(d, u, name);
        check_access(d, u, name);
        if (tn_usb_is_test_id(u->vid, u->pid)) {
            tn_doctor_tell(d, TN_CHECK_WARN, "test-id",
                    "before you ship, get an id of your own: doc/usb.md", "%s: a USB id for tests",
                    name);
        }
    }
}
