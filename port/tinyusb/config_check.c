// SPDX-License-Identifier: Apache-2.0
#include "tinyusb/config_check.h"

#include "base/bytes.h"

// Descriptors: their types and lengths.
enum {
    CONFIGURATION = 2,
    INTERFACE = 4,
    ENDPOINT = 5,
    ASSOCIATION = 11,
    CONFIGURATION_LEN = 9,
    INTERFACE_LEN = 9,
    ENDPOINT_LEN = 7,
    STORAGE = 8,  // bInterfaceClass
    BULK = 2,     // bmAttributes
    TRANSFER = 3,
};

// The descriptor at `at`: the rest of them has room for it.
static bool is_whole(const uint8_t *p, uint32_t at, uint32_t end, uint32_t least) {
    return end - at >= least && p[at] >= least && p[at] <= end - at;
}

static bool is_bulk(const uint8_t *p, uint32_t at, uint32_t end) {
    return is_whole(p, at, end, ENDPOINT_LEN) && p[at + 1] == ENDPOINT &&
            (p[at + 3] & TRANSFER) == BULK;
}

static bool is_sound_interface(const uint8_t *p, uint32_t at, uint32_t end) {
    if (!is_whole(p, at, end, INTERFACE_LEN) || p[at + 2] >= TN_USB_CONFIG_INTERFACES) {
        return false;
    }
    uint32_t first = at + p[at];
    return p[at + 5] != STORAGE ||
            (p[at + 4] == 2 && is_bulk(p, first, end) && is_bulk(p, first + p[first], end));
}

bool tn_usb_config_is_sound(const uint8_t *p) {
    uint32_t end = tn_get_le16(p + 2);

    if (p[1] != CONFIGURATION || end > TN_USB_CONFIG_MAX ||
            !is_whole(p, 0, end, CONFIGURATION_LEN)) {
        return false;
    }
    for (uint32_t at = p[0]; at < end; at += p[at]) {
        if (!is_whole(p, at, end, 2) || p[at + 1] == ASSOCIATION ||
                (p[at + 1] == INTERFACE && !is_sound_interface(p, at, end)) ||
                (p[at + 1] == ENDPOINT && !is_whole(p, at, end, ENDPOINT_LEN))) {
            return false;
        }
    }
    return true;
}
