// SPDX-License-Identifier: Apache-2.0
// What is said of DFU devices, in lists and to programs.
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "host/dfu/layout.h"
#include "host/dfu/usb.h"

void usb_state_words(const struct tn_usb_device *d, char *ret, size_t size) {
    const char *access = d->access == TN_USB_READY ? ""
            : d->access == TN_USB_DENIED           ? "; you may not open it (tenon doctor)"
                                                   : "; it cannot be opened (tenon doctor)";
    const char *protocol = d->bcd_dfu == 0x011a ? "DfuSe" : "DFU";

    if (d->is_dfu_mode) {
        snprintf(ret, size, "%s mode, waits for a download%s", protocol, access);
    } else {
        snprintf(ret, size, "its application runs, and has %s%s", protocol, access);
    }
}

void usb_memory_words(const struct tn_usb_alt *a, char *ret, size_t size) {
    struct tn_dfu_layout l;
    char bytes[16];

    if (tn_dfu_layout_get(a->name, &l) && l.nruns) {
        size_text(bytes, tn_dfu_layout_size(&l));
        snprintf(ret, size, "alternate %u: %s, from 0x%08x on, %s", a->number, l.name,
                (unsigned)l.runs[0].addr, bytes);
    } else {
        snprintf(ret, size, "alternate %u: %s", a->number, *a->name ? a->name : "without a name");
    }
}

json_t *usb_json(const struct tn_usb_device *d) {
    static const char *const access[] = {"ready", "denied", "no-driver", "closed"};
    char name[TN_USB_NAME];
    char usb[12];
    json_t *alts = json_array();

    tn_usb_name_put(name, d->vid, d->pid, d->serial);
    snprintf(usb, sizeof(usb), "%04x:%04x", d->vid, d->pid);
    for (size_t i = 0; i < d->nalts; i++) {
        json_array_append_new(
                alts, json_pack("{siss}", "number", d->alts[i].number, "name", d->alts[i].name));
    }
    return json_pack("{sssssssssssssssisbsiso}", "name", name, "usb", usb, "serial", d->serial,
            "product", d->product, "path", d->path, "mode", d->is_dfu_mode ? "dfu" : "application",
            "access", access[d->access], "interface", d->interface, "dfuse", d->bcd_dfu == 0x011a,
            "transfer_size", d->transfer_size, "alternates", alts);
}

void warn_test_id(const struct cli *cli, uint16_t vid, uint16_t pid) {
    if (tn_usb_is_test_id(vid, pid)) {
        warn(cli,
                "%04x:%04x is a USB id for tests: no product may ship with it; get one of your own "
                "(doc/usb.md)",
                vid, pid);
    }
}
