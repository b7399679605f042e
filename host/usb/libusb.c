// SPDX-License-Identifier: Apache-2.0
// libusb 1.0, synchronous control transfers only.
//
// libusb learns of new devices from udev while it runs, and from the kernel when it starts. Where
// udev does not run, its list gets old. So a list that shows no DFU device, or one that is gone,
// starts libusb anew.
//
// Source: libusb 1.0 API (libusb.sourceforge.io/api-1.0). Only functions that dfu-util 0.11 uses
// are used here, so that a stand-in for its tests serves tenon, too.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libusb.h>

#include "base/compiler.h"
#include "host/usb/bus.h"

enum {
    CONTROL_MS = 5000,
    STRING_MS = 1000,
    STANDARD_IN = 0x80,
    GET_DESCRIPTOR = 6,
    STRING = 3,
    ENGLISH = 0x0409,
    STRING_MAX = 255,
    PORTS = 7,  // USB allows no longer chain of hubs
    PROTOCOL_DFU_MODE = 2,
};

struct bus {
    struct tn_usb usb;  // first
    libusb_context *context;
    libusb_device_handle *handle;
    uint8_t interface;
};

static struct bus *of(struct tn_usb *u) {
    return (struct bus *)u;
}

// ---- Descriptors -----------------------------------------------------------------------

static void read_path(libusb_device *dev, struct tn_usb_device *d) {
    uint8_t ports[PORTS];
    int n = libusb_get_port_numbers(dev, ports, PORTS);
    size_t at = 0;

    d->bus = libusb_get_bus_number(dev);
    d->address = libusb_get_device_address(dev);
    snprintf(d->node, sizeof(d->node), "/dev/bus/usb/%03u/%03u", d->bus, d->address);
    for (int i = 0; i < n && at < sizeof(d->path); i++) {
        at += (size_t)(i ? snprintf(d->path + at, sizeof(d->path) - at, ".%u", ports[i])
                         : snprintf(d->path, sizeof(d->path), "%u-%u", d->bus, ports[i]));
    }
}

// Notes an alternate setting of a DFU interface. The name's number is kept for read_texts.
static void add_alt(
        struct tn_usb_device *d, const struct libusb_interface_descriptor *i, uint8_t *names) {
    if (d->nalts < TN_USB_ALTS) {
        names[d->nalts] = i->iInterface;
        d->alts[d->nalts++].number = i->bAlternateSetting;
    }
}

// Reads the first DFU interface of a configuration. The functional descriptor stands behind the
// last alternate setting, or, on some devices, elsewhere.
static void read_interface(struct tn_usb_device *d, const struct libusb_config_descriptor *config,
        const struct libusb_interface *itf, uint8_t *names) {
    uint8_t protocol = 0;
    bool has_functional = false;

    for (int k = 0; k < itf->num_altsetting; k++) {
        const struct libusb_interface_descriptor *i = &itf->altsetting[k];
        if (!tn_usb_is_dfu(i->bInterfaceClass, i->bInterfaceSubClass)) {
            continue;
        }
        d->has_dfu = true;
        d->interface = i->bInterfaceNumber;
        protocol = i->bInterfaceProtocol;
        add_alt(d, i, names);
        has_functional = tn_usb_functional(i->extra, (size_t)i->extra_length, d) || has_functional;
    }
    if (d->has_dfu && !has_functional) {
        tn_usb_functional(config->extra, (size_t)config->extra_length, d);
    }
    // Some devices of DfuSe report protocol 0 in DFU mode.
    d->is_dfu_mode = d->has_dfu &&
            (protocol == PROTOCOL_DFU_MODE || (protocol == 0 && d->bcd_dfu == 0x011a));
}

static bool is_serial_port(const struct libusb_interface *itf) {
    const struct libusb_interface_descriptor *i = itf->altsetting;
    return itf->num_altsetting > 0 &&
            tn_usb_is_serial_port(i->bInterfaceClass, i->bInterfaceSubClass);
}

static void read_configs(
        libusb_device *dev, uint8_t count, struct tn_usb_device *d, uint8_t *names) {
    for (uint8_t c = 0; c < count && !d->has_dfu; c++) {
        struct libusb_config_descriptor *config;
        if (libusb_get_config_descriptor(dev, c, &config)) {
            continue;
        }
        for (int i = 0; i < config->bNumInterfaces; i++) {
            const struct libusb_interface *itf = &config->interface[i];
            d->has_serial_port = d->has_serial_port || is_serial_port(itf);
            if (!d->has_dfu) {
                read_interface(d, config, itf, names);
            }
        }
        libusb_free_config_descriptor(config);
    }
}

static void read_text(libusb_device_handle *h, uint8_t index, char *ret, size_t size) {
    uint8_t p[STRING_MAX];
    int n = index ? libusb_control_transfer(h, STANDARD_IN, GET_DESCRIPTOR,
                            (uint16_t)(STRING << 8 | index), ENGLISH, p, sizeof(p), STRING_MS)
                  : 0;
    if (n > 0) {
        tn_usb_string(p, (size_t)n, ret, size);
    }
}

// Only devices with DFU are opened: a string of a device that is at work is nobody's business.
static void read_texts(libusb_device *dev, const struct libusb_device_descriptor *desc,
        struct tn_usb_device *d, const uint8_t *names) {
    libusb_device_handle *h;
    int err = libusb_open(dev, &h);

    d->access = err == 0                        ? TN_USB_READY
            : err == LIBUSB_ERROR_ACCESS        ? TN_USB_DENIED
            : err == LIBUSB_ERROR_NOT_SUPPORTED ? TN_USB_NO_DRIVER
                                                : TN_USB_CLOSED;
    if (err) {
        return;
    }
    read_text(h, desc->iSerialNumber, d->serial, sizeof(d->serial));
    read_text(h, desc->iProduct, d->product, sizeof(d->product));
    for (size_t i = 0; i < d->nalts; i++) {
        read_text(h, names[i], d->alts[i].name, sizeof(d->alts[i].name));
    }
    libusb_close(h);
}

static void read_device(libusb_device *dev, struct tn_usb_device *d) {
    struct libusb_device_descriptor desc;
    uint8_t names[TN_USB_ALTS] = {0};

    *d = (struct tn_usb_device){.has_dfu = false};
    read_path(dev, d);
    if (libusb_get_device_descriptor(dev, &desc)) {
        return;
    }
    d->vid = desc.idVendor;
    d->pid = desc.idProduct;
    d->release = desc.bcdDevice;
    read_configs(dev, desc.bNumConfigurations, d, names);
    if (d->has_dfu) {
        read_texts(dev, &desc, d, names);
    }
}

// ---- The table -------------------------------------------------------------------------

static int start(struct bus *b, struct tn_fault *f) {
    if (b->context) {
        libusb_exit(b->context);
        b->context = NULL;
    }
    int err = libusb_init(&b->context);
    if (err) {
        b->context = NULL;
        return tn_fail(f, TN_FAULT_INTERNAL,
                "this machine's USB cannot be used: libusb says %s; is /dev/bus/usb there?",
                libusb_error_name(err));
    }
    return 0;
}

// *ret_is_old: the list may be older than the bus.
static int list_once(struct bus *b, struct tn_usb_device **ret, size_t *ret_n, bool *ret_is_old,
        struct tn_fault *f) {
    libusb_device **devices;
    ssize_t n = libusb_get_device_list(b->context, &devices);

    if (n < 0) {
        return tn_fail(f, TN_FAULT_INTERNAL, "this machine's USB devices cannot be listed: %s",
                libusb_error_name((int)n));
    }
    struct tn_usb_device *all = calloc((size_t)n + 1, sizeof(*all));
    bool has_dfu = false;
    bool is_one_gone = false;
    for (ssize_t i = 0; all && i < n; i++) {
        read_device(devices[i], &all[i]);
        has_dfu = has_dfu || all[i].has_dfu;
        is_one_gone = is_one_gone || (all[i].has_dfu && all[i].access == TN_USB_CLOSED);
    }
    libusb_free_device_list(devices, 1);
    if (!all) {
        return tn_fail_memory(f);
    }
    *ret_is_old = !has_dfu || is_one_gone;
    *ret = all;
    *ret_n = (size_t)n;
    return 0;
}

static int list(struct tn_usb *u, struct tn_usb_device **ret, size_t *ret_n, struct tn_fault *f) {
    struct bus *b = of(u);
    bool was_started = b->context != NULL;
    bool is_old = false;

    if ((!was_started && start(b, f)) || list_once(b, ret, ret_n, &is_old, f)) {
        return -1;
    }
    if (!is_old || !was_started) {
        return 0;
    }
    free(*ret);
    return start(b, f) || list_once(b, ret, ret_n, &is_old, f) ? -1 : 0;
}

static int cannot_open(const struct tn_usb_device *d, int err, struct tn_fault *f) {
    char name[TN_USB_NAME];

    tn_usb_name_put(name, d->vid, d->pid, d->serial);
    if (err == LIBUSB_ERROR_BUSY) {
        return tn_fail(f, TN_FAULT_BUSY,
                "%s: another program uses its DFU interface; close that program, then try again",
                name);
    }
    if (err == LIBUSB_ERROR_ACCESS) {
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: you may not open it; install the udev rules (./run install), then plug it in "
                "again",
                name);
    }
    return tn_fail(f, TN_FAULT_NO_DEVICE,
            "%s: cannot be opened (%s); plug it in again; to check the machine: tenon doctor", name,
            libusb_error_name(err));
}

// Finds the device at the same place of the bus. Returns 0 or an error of libusb.
static int open_at(struct bus *b, const struct tn_usb_device *d) {
    libusb_device **devices;
    ssize_t n = libusb_get_device_list(b->context, &devices);
    int err = n < 0 ? (int)n : LIBUSB_ERROR_NO_DEVICE;

    for (ssize_t i = 0; i < n; i++) {
        if (libusb_get_bus_number(devices[i]) == d->bus &&
                libusb_get_device_address(devices[i]) == d->address) {
            err = libusb_open(devices[i], &b->handle);
        }
    }
    if (n >= 0) {
        libusb_free_device_list(devices, 1);
    }
    return err;
}

static void close_device(struct tn_usb *u) {
    struct bus *b = of(u);

    if (b->handle) {
        libusb_release_interface(b->handle, b->interface);
        libusb_close(b->handle);
        b->handle = NULL;
    }
}

static int open_device(struct tn_usb *u, const struct tn_usb_device *d, struct tn_fault *f) {
    struct bus *b = of(u);

    close_device(u);
    if (!b->context && start(b, f)) {
        return -1;
    }
    int err = open_at(b, d);
    if (err) {
        b->handle = NULL;
        return cannot_open(d, err, f);
    }
    b->interface = d->interface;
    err = libusb_claim_interface(b->handle, d->interface);
    if (err) {
        libusb_close(b->handle);
        b->handle = NULL;
        return cannot_open(d, err, f);
    }
    return 0;
}

static int error_of(int err) {
    switch (err) {
    case LIBUSB_ERROR_PIPE:
        return TN_USB_ERR_STALL;
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
        return TN_USB_ERR_GONE;
    case LIBUSB_ERROR_TIMEOUT:
        return TN_USB_ERR_TIMEOUT;
    default:
        return TN_USB_ERR_FAILED;
    }
}

static int control(struct tn_usb *u, const struct tn_usb_setup *s, void *data) {
    struct bus *b = of(u);

    if (!b->handle) {
        return TN_USB_ERR_GONE;
    }
    int n = libusb_control_transfer(
            b->handle, s->type, s->request, s->value, s->index, data, s->len, CONTROL_MS);
    return n < 0 ? error_of(n) : n;
}

static int select_alt(struct tn_usb *u, uint8_t alt) {
    struct bus *b = of(u);
    int err = b->handle ? libusb_set_interface_alt_setting(b->handle, b->interface, alt)
                        : LIBUSB_ERROR_NO_DEVICE;

    // libusb has no such setting in its descriptors, or the device refuses it: the same here.
    return err == LIBUSB_ERROR_NOT_FOUND ? TN_USB_ERR_STALL : err ? error_of(err) : 0;
}

// A device that comes back with other descriptors is not found any more, as it should be.
static int reset(struct tn_usb *u) {
    struct bus *b = of(u);
    int err = b->handle ? libusb_reset_device(b->handle) : LIBUSB_ERROR_NO_DEVICE;

    return err && err != LIBUSB_ERROR_NOT_FOUND ? error_of(err) : 0;
}

// ----------------------------------------------------------------------------------------

static const struct tn_usb_ops ops = {list, open_device, close_device, control, select_alt, reset};

int tn_usb_bus_new(struct tn_usb **ret, struct tn_fault *f) {
    struct bus *b = calloc(1, sizeof(*b));

    if (!b) {
        return tn_fail_memory(f);
    }
    b->usb.ops = &ops;
    *ret = &b->usb;
    return 0;
}

void tn_usb_bus_free(struct tn_usb *u) {
    if (!u) {
        return;
    }
    close_device(u);
    if (of(u)->context) {
        libusb_exit(of(u)->context);
    }
    free(of(u));
}

bool tn_usb_bus_is_there(void) {
    return true;
}
