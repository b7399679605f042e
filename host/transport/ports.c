// SPDX-License-Identifier: Apache-2.0
// Uses libserialport, which reads /sys/class/tty and so finds a port's USB device without opening
// the port.
#include "host/transport/ports.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libserialport.h>

#include "host/base/place.h"
#include "host/base/text.h"
#include "host/transport/transport.h"

// A text that the USB device reports, or NULL.
static void copy(char *ret, size_t size, const char *text) {
    tn_text_copy(ret, size, (struct tn_span){(const uint8_t *)text, text ? strlen(text) : 0});
}

static void read_port(const struct sp_port *p, struct tn_port *ret) {
    int vid, pid;

    *ret = (struct tn_port){.is_usb = sp_get_port_transport(p) == SP_TRANSPORT_USB};
    copy(ret->path, sizeof(ret->path), sp_get_port_name(p));
    if (!ret->is_usb) {
        return;
    }
    if (sp_get_port_usb_vid_pid(p, &vid, &pid) == SP_OK) {
        ret->vid = (uint16_t)vid;
        ret->pid = (uint16_t)pid;
    }
    copy(ret->serial, sizeof(ret->serial), sp_get_port_usb_serial(p));
    copy(ret->maker, sizeof(ret->maker), sp_get_port_usb_manufacturer(p));
    copy(ret->product, sizeof(ret->product), sp_get_port_usb_product(p));
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct tn_port *)a)->path, ((const struct tn_port *)b)->path);
}

int tn_ports(struct tn_port **ret, size_t *ret_n, struct tn_fault *f) {
    struct sp_port **ports = NULL;
    size_t n = 0;

    // Without sysfs, as in a bare chroot or container, no port is visible: the list is empty.
    if (sp_list_ports(&ports) != SP_OK && access("/sys/class/tty", F_OK) == 0) {
        return tn_fail(f, TN_FAULT_INTERNAL, "this machine's serial ports cannot be listed");
    }
    while (ports && ports[n]) {
        n++;
    }
    struct tn_port *list = calloc(n ? n : 1, sizeof(*list));
    for (size_t i = 0; list && i < n; i++) {
        read_port(ports[i], &list[i]);
    }
    if (ports) {
        sp_free_port_list(ports);
    }
    if (!list) {
        return tn_fail_memory(f);
    }
    qsort(list, n, sizeof(*list), by_path);
    *ret = list;
    *ret_n = n;
    return 0;
}

void tn_port_look(const char *path, struct tn_port *ret) {
    char real[PATH_MAX];
    struct sp_port *p;

    *ret = (struct tn_port){.is_usb = false};
    if (tn_real_path(path, real) && sp_get_port_by_name(real, &p) == SP_OK) {
        read_port(p, ret);
        sp_free_port(p);
    }
    copy(ret->path, sizeof(ret->path), path);
}
