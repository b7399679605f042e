// SPDX-License-Identifier: Apache-2.0
// libusb with one device of other people's, for LD_PRELOAD: the strict model of
// test/host/dfu_device.h runs in the program's own process, with the real clock. TENON_ROM says
// which: "dfuse", as the ROM of an STM32, or "plain", without addresses. The flash is written to
// the file TENON_ROM_FLASH when the program is done with libusb.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libusb-1.0/libusb.h>

#include "base/bytes.h"
#include "host/dfu_device.h"

enum { VENDOR = 0x0483, PRODUCT = 0xdf11, NAME = 4, SERIAL = 3, FUNCTIONAL = 9 };

static struct device dev;
static struct tn_usb_device shape;
static uint8_t functional[FUNCTIONAL] = {FUNCTIONAL, 0x21};

static bool is_plain(void) {
    const char *which = getenv("TENON_ROM");
    return which && strcmp(which, "plain") == 0;
}

// Takes the shape from the model's own list.
static size_t look(void) {
    struct tn_usb_device *list;
    struct tn_fault f;
    size_t n;

    dev.usb.ops->list(&dev.usb, &list, &n, &f);
    if (n) {
        shape = list[0];
        functional[2] = shape.attributes;
        tn_put_le16(functional + 3, shape.detach_ms);
        tn_put_le16(functional + 5, shape.transfer_size);
        tn_put_le16(functional + 7, shape.bcd_dfu);
    }
    free(list);
    return n;
}

int libusb_init(libusb_context **ctx) {
    static bool is_made;

    if (!is_made) {
        device_init(&dev);
        dev.is_dfuse = !is_plain();
        dev.memory = is_plain() ? "flash" : dev.memory;
        dev.end = END_NO_USB;
        memset(dev.flash, 0, sizeof(dev.flash));
    }
    is_made = true;
    *ctx = (libusb_context *)(void *)&dev;
    return 0;
}

void libusb_exit(libusb_context *ctx) {
    const char *path = getenv("TENON_ROM_FLASH");
    FILE *file = path ? fopen(path, "wb") : NULL;

    (void)ctx;
    if (file) {
        fwrite(dev.flash, 1, sizeof(dev.flash), file);
        fclose(file);
    }
}

const char *libusb_error_name(int code) {
    (void)code;
    return "an error";
}

ssize_t libusb_get_device_list(libusb_context *ctx, libusb_device ***ret) {
    libusb_device **list = calloc(2, sizeof(*list));
    size_t n = look();

    (void)ctx;
    if (list && n) {
        list[0] = (libusb_device *)(void *)&dev;
    }
    *ret = list;
    return list ? (ssize_t)n : LIBUSB_ERROR_NO_MEM;
}

void libusb_free_device_list(libusb_device **list, int unref) {
    (void)unref;
    free(list);
}

int libusb_get_device_descriptor(libusb_device *d, struct libusb_device_descriptor *ret) {
    (void)d;
    *ret = (struct libusb_device_descriptor){.idVendor = VENDOR,
            .idProduct = PRODUCT,
            .iSerialNumber = SERIAL,
            .bNumConfigurations = 1};
    return 0;
}

int libusb_get_config_descriptor(
        libusb_device *d, uint8_t index, struct libusb_config_descriptor **ret) {
    static struct libusb_interface_descriptor alt;
    static struct libusb_interface interface = {&alt, 1};
    static struct libusb_config_descriptor config;

    (void)d;
    (void)index;
    alt = (struct libusb_interface_descriptor){.bInterfaceClass = 0xfe,
            .bInterfaceSubClass = 1,
            .bInterfaceProtocol = 2,
            .iInterface = NAME,
            .extra = functional,
            .extra_length = FUNCTIONAL};
    config = (struct libusb_config_descriptor){.bNumInterfaces = 1, .interface = &interface};
    *ret = &config;
    return 0;
}

void libusb_free_config_descriptor(struct libusb_config_descriptor *config) {
    (void)config;
}

uint8_t libusb_get_bus_number(libusb_device *d) {
    (void)d;
    return 1;
}

uint8_t libusb_get_device_address(libusb_device *d) {
    (void)d;
    return dev.address;
}

int libusb_get_port_numbers(libusb_device *d, uint8_t *ports, int len) {
    (void)d;
    ports[0] = 4;
    return len ? 1 : 0;
}

int libusb_open(libusb_device *d, libusb_device_handle **ret) {
    struct tn_fault f;

    (void)d;
    *ret = (libusb_device_handle *)(void *)&dev;
    return dev.usb.ops->open(&dev.usb, &shape, &f) ? LIBUSB_ERROR_NO_DEVICE : 0;
}

void libusb_close(libusb_device_handle *h) {
    (void)h;
    dev.usb.ops->close(&dev.usb);
}

int libusb_claim_interface(libusb_device_handle *h, int number) {
    (void)h;
    return number ? LIBUSB_ERROR_NOT_FOUND : 0;
}

int libusb_release_interface(libusb_device_handle *h, int number) {
    (void)h;
    (void)number;
    return 0;
}

int libusb_set_interface_alt_setting(libusb_device_handle *h, int number, int alt) {
    (void)h;
    (void)number;
    return dev.usb.ops->select(&dev.usb, (uint8_t)alt);
}

int libusb_reset_device(libusb_device_handle *h) {
    (void)h;
    return dev.usb.ops->reset(&dev.usb);
}

static int string(const char *text, uint8_t *p) {
    size_t n = strlen(text);

    p[0] = (uint8_t)(2 + 2 * n);
    p[1] = 3;
    for (size_t i = 0; i < n; i++) {
        tn_put_le16(p + 2 + 2 * i, (uint8_t)text[i]);
    }
    return p[0];
}

int libusb_control_transfer(libusb_device_handle *h, uint8_t type, uint8_t request, uint16_t value,
        uint16_t index, unsigned char *data, uint16_t len, unsigned timeout_ms) {
    static const int errors[] = {
            0, LIBUSB_ERROR_PIPE, LIBUSB_ERROR_NO_DEVICE, LIBUSB_ERROR_TIMEOUT, LIBUSB_ERROR_IO};
    const struct tn_usb_setup setup = {type, request, value, index, len};

    (void)h;
    (void)timeout_ms;
    if (type == 0x80) {
        return string((value & 0xff) == NAME ? dev.memory : dev.serial, data);
    }
    int n = dev.usb.ops->control(&dev.usb, &setup, data);
    return n < 0 ? errors[-n] : n;
}
