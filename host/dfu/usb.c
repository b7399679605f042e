// SPDX-License-Identifier: Apache-2.0
// Descriptors are read as far as their own lengths and the bytes that came allow.
#include "host/dfu/usb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/base/text.h"

// ---- Descriptors -----------------------------------------------------------------------

enum {
    TYPE_STRING = 3,
    TYPE_FUNCTIONAL = 0x21,
    FUNCTIONAL_1_0 = 7,  // DFU 1.0 has no bcdDFUVersion
    FUNCTIONAL_1_1 = 9,
    CLASS_APPLICATION = 0xfe,
    SUBCLASS_DFU = 1,
    CLASS_CDC = 2,
    SUBCLASS_ACM = 2,
};

bool tn_usb_functional(const uint8_t *p, size_t len, struct tn_usb_device *d) {
    size_t at = 0;

    while (len - at >= 2) {
        uint8_t size = p[at];
        if (size < 2 || size > len - at) {
            return false;
        }
        if (p[at + 1] == TYPE_FUNCTIONAL && size >= FUNCTIONAL_1_0) {
            const uint8_t *q = p + at;
            d->attributes = q[2];
            d->detach_ms = tn_get_le16(q + 3);
            d->transfer_size = tn_get_le16(q + 5);
            d->bcd_dfu = size >= FUNCTIONAL_1_1 ? tn_get_le16(q + 7) : 0x0100;
            return true;
        }
        at += size;
    }
    return false;
}

// Appends a character as UTF-8. Returns how many bytes it has.
static size_t put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

void tn_usb_string(const uint8_t *p, size_t len, char *ret, size_t size) {
    char text[TN_USB_TEXT + 4];  // 126 characters of at most 3 bytes each
    size_t n = 0;

    ret[0] = 0;
    if (len < 2 || p[1] != TYPE_STRING || p[0] < 2) {
        return;
    }
    len = p[0] < len ? p[0] : len;
    for (size_t at = 2; at + 2 <= len; at += 2) {
        uint32_t c = tn_get_le16(p + at);
        uint32_t low = at + 4 <= len ? tn_get_le16(p + at + 2) : 0;
        if (c >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10) {  // a pair of surrogates
            c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
            at += 2;
        }
        n += put_utf8(text + n, c);
    }
    tn_text_copy(ret, size, (struct tn_span){(uint8_t *)text, n});
}

bool tn_usb_is_dfu(uint8_t class_, uint8_t subclass) {
    return class_ == CLASS_APPLICATION && subclass == SUBCLASS_DFU;
}

bool tn_usb_is_serial_port(uint8_t class_, uint8_t subclass) {
    return class_ == CLASS_CDC && subclass == SUBCLASS_ACM;
}

// ---- Choosing --------------------------------------------------------------------------

static bool fits(const struct tn_usb_device *d, const struct tn_usb_name *name) {
    return d->has_dfu &&
            (!name->has_ids ||
                    (d->vid == name->vid && d->pid == name->pid &&
                            (!*name->serial || strcmp(d->serial, name->serial) == 0)));
}

// Names of the devices for which wanted holds: "usb:1209:0001:A, usb:0483:df11 at 1-4".
static void list_names(const struct tn_usb_device *list, size_t n, const struct tn_usb_name *only,
        char *ret, size_t size) {
    size_t at = 0;

    ret[0] = 0;
    for (size_t i = 0; i < n && at < size; i++) {
        char name[TN_USB_NAME];
        const struct tn_usb_device *d = &list[i];
        if (!d->has_dfu || (only && !fits(d, only))) {
            continue;
        }
        tn_usb_name_put(name, d->vid, d->pid, d->serial);
        at += (size_t)snprintf(ret + at, size - at, "%s%s%s%s%s", at ? ", " : "", name,
                *d->serial ? "" : " at ", *d->serial ? "" : d->path,
                d->access == TN_USB_DENIED ? " (no permission)" : "");
    }
}

static int not_found(const struct tn_usb_device *list, size_t n, const struct tn_usb_name *name,
        struct tn_fault *f) {
    char text[TN_USB_NAME] = "usb:";
    char there[200];

    if (name->has_ids) {
        tn_usb_name_put(text, name->vid, name->pid, name->serial);
    }
    list_names(list, n, NULL, there, sizeof(there));
    return *there ? tn_fail(f, TN_FAULT_NO_DEVICE,
                            "%s: no such DFU device; there is %s; if it is plugged in, does its "
                            "firmware have DFU? To check the machine: tenon doctor",
                            text, there)
                  : tn_fail(f, TN_FAULT_NO_DEVICE,
                            "%s: no DFU device on this machine; is it plugged in, and does its "
                            "firmware have DFU? To check the machine: tenon doctor",
                            text);
}

int tn_usb_find(struct tn_usb *u, const struct tn_usb_name *name, struct tn_usb_device *ret,
        struct tn_fault *f) {
    struct tn_usb_device *list;
    const struct tn_usb_device *found = NULL;
    size_t count = 0;
    size_t n;
    int err = 0;

    if (u->ops->list(u, &list, &n, f)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (fits(&list[i], name)) {
            found = &list[i];
            count++;
        }
    }
    if (count == 0) {
        err = not_found(list, n, name, f);
    } else if (count > 1) {
        char there[240];
        list_names(list, n, name, there, sizeof(there));
        err = tn_fail(f, TN_FAULT_USAGE,
                "%zu DFU devices match: %s; select one by -p usb:VID:PID:SERIAL, or unplug the "
                "others",
                count, there);
    } else {
        *ret = *found;
    }
    free(list);
    return err;
}

bool tn_usb_is_same(const struct tn_usb_device *a, const struct tn_usb_device *b) {
    bool same_port = a->bus == b->bus && *a->path && strcmp(a->path, b->path) == 0;
    return same_port || (*a->serial && strcmp(a->serial, b->serial) == 0);
}
