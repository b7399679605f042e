// SPDX-License-Identifier: Apache-2.0
#include "host/base/usb_name.h"

#include <stdio.h>
#include <string.h>

#include "host/base/hex.h"

bool tn_usb_is_name(const char *text) {
    return strncmp(text, "usb:", 4) == 0;
}

// Reads one to four hex digits, also behind 0x, and moves *p behind them.
static bool take_id(const char **p, uint16_t *ret) {
    const char *at = strncmp(*p, "0x", 2) == 0 ? *p + 2 : *p;
    unsigned digits = 0;
    unsigned id = 0;

    for (; tn_hex_digit(*at) >= 0 && digits <= 4; at++, digits++) {
        id = id << 4 | (unsigned)tn_hex_digit(*at);
    }
    *p = at;
    *ret = (uint16_t)id;
    return digits > 0 && digits <= 4;
}

int tn_usb_name_get(const char *text, struct tn_usb_name *ret, struct tn_fault *f) {
    struct tn_usb_name name = {.has_ids = false};
    const char *p = text + 4;

    if (*p) {
        name.has_ids = take_id(&p, &name.vid) && *p++ == ':' && take_id(&p, &name.pid);
        bool has_serial = name.has_ids && *p == ':' && p[1];
        if (!name.has_ids || (*p && !has_serial) || strlen(p) > TN_USB_SERIAL) {
            return tn_fail(f, TN_FAULT_USAGE,
                    "%s: a USB device is usb:VID:PID or usb:VID:PID:SERIAL, such as "
                    "usb:1209:0001, or usb: alone if there is only one",
                    text);
        }
        snprintf(name.serial, sizeof(name.serial), "%s", has_serial ? p + 1 : "");
    }
    *ret = name;
    return 0;
}

void tn_usb_name_put(char ret[TN_USB_NAME], uint16_t vid, uint16_t pid, const char *serial) {
    snprintf(ret, TN_USB_NAME, "usb:%04x:%04x%s%.*s", vid, pid, *serial ? ":" : "",
            TN_USB_SERIAL - 1, serial);
}

bool tn_usb_is_test_id(uint16_t vid, uint16_t pid) {
    return vid == 0x1209 && pid >= 0x0001 && pid <= 0x0010;
}
