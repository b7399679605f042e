// SPDX-License-Identifier: Apache-2.0
// libusb over USB/IP, for LD_PRELOAD: an unmodified program, dfu-util or tenon, sees the devices of
// the servers whose ports on 127.0.0.1 are in TENON_USBIP ("43210" or "43210,43211"), and no
// others.
//
// It needs no root, no kernel module and no virtual machine. It has libusb's synchronous interface:
// test_shim.sh checks that the programs call nothing else. What differs from a kernel:
//
// - A program has the device for itself from the first device list to its end.
// - A device that went away is waited for at the next device list: a busy machine may stand still
//   for longer than a program's patience. For the same reason time-outs are ten times as long.
// - Kernel drivers do not exist, so nothing has to be detached.
#define _GNU_SOURCE
#include <errno.h>
#include <libusb-1.0/libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim_config.h"
#include "usbip_client.h"

enum {
    DEVICES = 8,
    CONFIG_MAX = 4096,
    PATIENCE = 10,          // times the program's time-out
    CONTROL_MS = 60000,     // for the shim's own requests
    COMES_BACK_MS = 60000,  // a device that went away
    POLL_MS = 20,
    DEVICE_LEN = 18,
    RESET_LEN = 64,  // usb_host.h: a device descriptor of this length is a bus reset
};

struct libusb_device {
    unsigned refs;
    int fd;  // -1: it went away
    uint8_t bus, address;
    uint8_t device[DEVICE_LEN];
    uint8_t config[CONFIG_MAX];
    size_t config_len;
};

struct libusb_device_handle {
    struct libusb_device *dev;
    uint32_t claimed;  // a bit for each interface
};

// A port of TENON_USBIP.
static struct slot {
    struct libusb_device *dev;  // NULL: none now
    uint8_t addresses;          // that were given to its devices
    bool was_there;
} slots[DEVICES];

// ---- Requests ------------------------------------------------------------------------------

static void lose(struct libusb_device *dev) {
    if (dev->fd >= 0) {
        close(dev->fd);
        dev->fd = -1;
    }
}

static int error_of(struct libusb_device *dev, int status) {
    switch (status) {
    case 0:
        return 0;
    case CLIENT_GONE:
        lose(dev);
        return LIBUSB_ERROR_NO_DEVICE;
    case CLIENT_TIMEOUT:
        return LIBUSB_ERROR_TIMEOUT;
    case -EPIPE:
        return LIBUSB_ERROR_PIPE;
    case -EOVERFLOW:
        return LIBUSB_ERROR_OVERFLOW;
    default:
        return LIBUSB_ERROR_IO;
    }
}

static int run(struct libusb_device *dev, struct client_urb *u, unsigned timeout_ms) {
    return dev->fd < 0 ? LIBUSB_ERROR_NO_DEVICE : error_of(dev, client_run(dev->fd, u, timeout_ms));
}

static int control(struct libusb_device *dev, uint8_t type, uint8_t request, uint16_t value,
        uint16_t index, void *data, uint16_t len, unsigned timeout_ms) {
    uint8_t setup[8] = {type, request, (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)index,
            (uint8_t)(index >> 8), (uint8_t)len, (uint8_t)(len >> 8)};
    struct client_urb u = {.is_in = type >> 7, .setup = setup, .data = data, .len = len};
    int rc = run(dev, &u, timeout_ms);

    return rc ? rc : (int)u.done;
}

static int get_descriptor(struct libusb_device *dev, unsigned type, void *data, size_t len) {
    return control(dev, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR, (uint16_t)(type << 8), 0,
            data, (uint16_t)len, CONTROL_MS);
}

// ---- Devices that come and go --------------------------------------------------------------

// Reads the descriptors. The device descriptor comes with a bus reset if resets is true.
static bool read_descriptors(struct libusb_device *dev, bool resets) {
    uint8_t bytes[RESET_LEN];
    int n = get_descriptor(dev, LIBUSB_DT_DEVICE, bytes, resets ? RESET_LEN : DEVICE_LEN);

    if (n != DEVICE_LEN) {
        return false;
    }
    memcpy(dev->device, bytes, DEVICE_LEN);
    n = get_descriptor(dev, LIBUSB_DT_CONFIG, dev->config, CONFIG_MAX);
    dev->config_len = n > 0 ? (size_t)n : 0;
    return dev->config_len >= 9;
}

// Selects the first configuration if none is selected, as a kernel does.
static bool configure(struct libusb_device *dev) {
    uint8_t value = 0;
    int n = control(
            dev, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_CONFIGURATION, 0, 0, &value, 1, CONTROL_MS);

    return n == 1 &&
            (value ||
                    !control(dev, 0, LIBUSB_REQUEST_SET_CONFIGURATION, dev->config[5], 0, NULL, 0,
                            CONTROL_MS));
}

static struct libusb_device *attach(unsigned port) {
    struct libusb_device *dev = calloc(1, sizeof(*dev));

    if (!dev) {
        return NULL;
    }
    dev->refs = 1;
    dev->fd = client_attach(port);
    if (dev->fd < 0 || !read_descriptors(dev, false) || !configure(dev)) {
        lose(dev);
        free(dev);
        return NULL;
    }
    return dev;
}

static void renew(struct slot *s, unsigned port) {
    if (s->dev && s->dev->fd >= 0 && !client_is_attached(s->dev->fd)) {
        lose(s->dev);
    }
    if (s->dev && s->dev->fd < 0) {
        libusb_unref_device(s->dev);
        s->dev = NULL;
    }
    for (unsigned ms = 0; !s->dev && ms <= COMES_BACK_MS; ms += POLL_MS) {
        s->dev = attach(port);
        if (!s->was_there) {
            break;  // it never was there
        }
        if (!s->dev) {
            usleep(POLL_MS * 1000);
        } else {
            s->addresses++;
        }
    }
    s->was_there = s->dev != NULL;
    if (s->dev) {
        s->dev->bus = (uint8_t)(1 + (s - slots));
        s->dev->address = (uint8_t)(2 + s->addresses);
    }
}

ssize_t libusb_get_device_list(libusb_context *ctx, libusb_device ***ret_list) {
    const char *at = getenv("TENON_USBIP");
    libusb_device **list = calloc(DEVICES + 1, sizeof(*list));
    ssize_t n = 0;

    (void)ctx;
    if (!list) {
        return LIBUSB_ERROR_NO_MEM;
    }
    for (unsigned i = 0; i < DEVICES && at && *at; i++) {
        char *end;
        unsigned long port = strtoul(at, &end, 10);
        if (end == at || (*end && *end != ',') || !port || port > 65535) {
            fprintf(stderr, "libusb shim: TENON_USBIP wants ports, 1234,1235, and no '%s'\n", at);
            exit(64);
        }
        renew(&slots[i], (unsigned)port);
        if (slots[i].dev) {
            list[n++] = libusb_ref_device(slots[i].dev);
        }
        at = *end ? end + 1 : end;
    }
    *ret_list = list;
    return n;
}

void libusb_free_device_list(libusb_device **list, int unref) {
    for (unsigned i = 0; list && unref && list[i]; i++) {
        libusb_unref_device(list[i]);
    }
    free(list);
}

libusb_device *libusb_ref_device(libusb_device *dev) {
    dev->refs++;
    return dev;
}

void libusb_unref_device(libusb_device *dev) {
    if (!--dev->refs) {
        lose(dev);
        free(dev);
    }
}

// ---- The library itself --------------------------------------------------------------------

int libusb_init(libusb_context **ctx) {
    static int context;

    if (ctx) {
        *ctx = (libusb_context *)(void *)&context;
    }
    return 0;
}

void libusb_exit(libusb_context *ctx) {
    (void)ctx;
    for (unsigned i = 0; i < DEVICES; i++) {
        if (slots[i].dev) {
            libusb_unref_device(slots[i].dev);
            slots[i].dev = NULL;
            slots[i].was_there = false;
        }
    }
}

const struct libusb_version *libusb_get_version(void) {
    static const struct libusb_version version = {1, 0, 26, 0, "", "tenon's shim"};

    return &version;
}

int libusb_set_option(libusb_context *ctx, enum libusb_option option, ...) {
    (void)ctx;
    (void)option;
    return 0;
}

int libusb_has_capability(uint32_t capability) {
    return capability == LIBUSB_CAP_HAS_CAPABILITY;
}

static const struct {
    int code;
    const char *name, *text;
} errors[] = {
        {0, "LIBUSB_SUCCESS", "Success"},
        {LIBUSB_ERROR_IO, "LIBUSB_ERROR_IO", "Input/Output Error"},
        {LIBUSB_ERROR_INVALID_PARAM, "LIBUSB_ERROR_INVALID_PARAM", "Invalid parameter"},
        {LIBUSB_ERROR_ACCESS, "LIBUSB_ERROR_ACCESS", "Access denied"},
        {LIBUSB_ERROR_NO_DEVICE, "LIBUSB_ERROR_NO_DEVICE", "No such device"},
        {LIBUSB_ERROR_NOT_FOUND, "LIBUSB_ERROR_NOT_FOUND", "Entity not found"},
        {LIBUSB_ERROR_BUSY, "LIBUSB_ERROR_BUSY", "Resource busy"},
        {LIBUSB_ERROR_TIMEOUT, "LIBUSB_ERROR_TIMEOUT", "Operation timed out"},
        {LIBUSB_ERROR_OVERFLOW, "LIBUSB_ERROR_OVERFLOW", "Overflow"},
        {LIBUSB_ERROR_PIPE, "LIBUSB_ERROR_PIPE", "Pipe error"},
        {LIBUSB_ERROR_NO_MEM, "LIBUSB_ERROR_NO_MEM", "Insufficient memory"},
        {LIBUSB_ERROR_NOT_SUPPORTED, "LIBUSB_ERROR_NOT_SUPPORTED", "Operation not supported"},
        {LIBUSB_ERROR_OTHER, "LIBUSB_ERROR_OTHER", "Other error"},
};

static unsigned find_error(int code) {
    unsigned i = 0;

    while (i < sizeof(errors) / sizeof(*errors) - 1 && errors[i].code != code) {
        i++;
    }
    return i;
}

const char *libusb_error_name(int code) {
    return errors[find_error(code)].name;
}

const char *libusb_strerror(int code) {
    return errors[find_error(code)].text;
}

// ---- What a device is ----------------------------------------------------------------------

int libusb_get_device_descriptor(libusb_device *dev, struct libusb_device_descriptor *ret) {
    const uint8_t *d = dev->device;

    *ret = (struct libusb_device_descriptor){d[0], d[1], (uint16_t)(d[2] | d[3] << 8), d[4], d[5],
            d[6], d[7], (uint16_t)(d[8] | d[9] << 8), (uint16_t)(d[10] | d[11] << 8),
            (uint16_t)(d[12] | d[13] << 8), d[14], d[15], d[16], d[17]};
    return 0;
}

int libusb_get_config_descriptor(
        libusb_device *dev, uint8_t index, struct libusb_config_descriptor **ret_config) {
    return index ? LIBUSB_ERROR_NOT_FOUND
                 : shim_config_parse(dev->config, dev->config_len, ret_config);
}

int libusb_get_active_config_descriptor(
        libusb_device *dev, struct libusb_config_descriptor **ret_config) {
    return libusb_get_config_descriptor(dev, 0, ret_config);
}

int libusb_get_config_descriptor_by_value(
        libusb_device *dev, uint8_t value, struct libusb_config_descriptor **ret_config) {
    return libusb_get_config_descriptor(dev, value != dev->config[5], ret_config);
}

void libusb_free_config_descriptor(struct libusb_config_descriptor *config) {
    shim_config_free(config);
}

uint8_t libusb_get_bus_number(libusb_device *dev) {
    return dev->bus;
}

uint8_t libusb_get_device_address(libusb_device *dev) {
    return dev->address;
}

uint8_t libusb_get_port_number(libusb_device *dev) {
    (void)dev;
    return 1;
}

int libusb_get_port_numbers(libusb_device *dev, uint8_t *numbers, int len) {
    (void)dev;
    if (len < 1) {
        return LIBUSB_ERROR_OVERFLOW;
    }
    numbers[0] = 1;
    return 1;
}

int libusb_get_device_speed(libusb_device *dev) {
    (void)dev;
    return LIBUSB_SPEED_FULL;
}

libusb_device *libusb_get_parent(libusb_device *dev) {
    (void)dev;
    return NULL;
}

// ---- What a program does with it -----------------------------------------------------------

int libusb_open(libusb_device *dev, libusb_device_handle **ret_handle) {
    if (dev->fd < 0) {
        return LIBUSB_ERROR_NO_DEVICE;
    }
    libusb_device_handle *h = calloc(1, sizeof(*h));
    if (!h) {
        return LIBUSB_ERROR_NO_MEM;
    }
    h->dev = libusb_ref_device(dev);
    *ret_handle = h;
    return 0;
}

void libusb_close(libusb_device_handle *h) {
    if (h) {
        libusb_unref_device(h->dev);
        free(h);
    }
}

libusb_device *libusb_get_device(libusb_device_handle *h) {
    return h->dev;
}

int libusb_get_configuration(libusb_device_handle *h, int *ret_value) {
    *ret_value = h->dev->config[5];
    return 0;
}

static bool has_interface(const struct libusb_device *dev, int number) {
    size_t at = 0;

    while (at + 9 <= dev->config_len && dev->config[at] >= 2) {
        const uint8_t *d = dev->config + at;
        if (d[1] == LIBUSB_DT_INTERFACE && d[2] == number) {
            return true;
        }
        at += d[0];
    }
    return false;
}

int libusb_claim_interface(libusb_device_handle *h, int number) {
    if (h->dev->fd < 0) {
        return LIBUSB_ERROR_NO_DEVICE;
    }
    if (number < 0 || number > 31 || !has_interface(h->dev, number)) {
        return LIBUSB_ERROR_NOT_FOUND;
    }
    h->claimed |= 1u << number;
    return 0;
}

int libusb_release_interface(libusb_device_handle *h, int number) {
    if (number < 0 || number > 31 || !(h->claimed >> number & 1)) {
        return LIBUSB_ERROR_NOT_FOUND;
    }
    h->claimed &= ~(1u << number);
    return 0;
}

int libusb_set_interface_alt_setting(libusb_device_handle *h, int number, int setting) {
    if (number < 0 || number > 31 || !(h->claimed >> number & 1)) {
        return LIBUSB_ERROR_NOT_FOUND;
    }
    return control(h->dev, LIBUSB_RECIPIENT_INTERFACE, LIBUSB_REQUEST_SET_INTERFACE,
            (uint16_t)setting, (uint16_t)number, NULL, 0, CONTROL_MS);
}

int libusb_kernel_driver_active(libusb_device_handle *h, int number) {
    (void)h;
    (void)number;
    return 0;
}

int libusb_detach_kernel_driver(libusb_device_handle *h, int number) {
    (void)h;
    (void)number;
    return LIBUSB_ERROR_NOT_FOUND;
}

int libusb_set_auto_detach_kernel_driver(libusb_device_handle *h, int enable) {
    (void)h;
    (void)enable;
    return 0;
}

// A device whose descriptors have changed is another one: the program must look for it anew.
int libusb_reset_device(libusb_device_handle *h) {
    struct libusb_device *dev = h->dev;
    struct libusb_device before = *dev;

    if (dev->fd < 0) {
        return LIBUSB_ERROR_NO_DEVICE;
    }
    if (!read_descriptors(dev, true) || memcmp(dev->device, before.device, DEVICE_LEN) ||
            dev->config_len != before.config_len ||
            memcmp(dev->config, before.config, dev->config_len) || !configure(dev)) {
        lose(dev);
        return LIBUSB_ERROR_NOT_FOUND;
    }
    return 0;
}

int libusb_control_transfer(libusb_device_handle *h, uint8_t type, uint8_t request, uint16_t value,
        uint16_t index, unsigned char *data, uint16_t len, unsigned timeout_ms) {
    return control(h->dev, type, request, value, index, data, len, PATIENCE * timeout_ms);
}

int libusb_bulk_transfer(libusb_device_handle *h, unsigned char endpoint, unsigned char *data,
        int len, int *ret_done, unsigned timeout_ms) {
    struct client_urb u = {
            .ep = endpoint & 15, .is_in = endpoint >> 7, .data = data, .len = (uint32_t)len};
    int rc = run(h->dev, &u, PATIENCE * timeout_ms);

    if (ret_done) {
        *ret_done = (int)u.done;
    }
    return rc;
}

int libusb_interrupt_transfer(libusb_device_handle *h, unsigned char endpoint, unsigned char *data,
        int len, int *ret_done, unsigned timeout_ms) {
    return libusb_bulk_transfer(h, endpoint, data, len, ret_done, timeout_ms);
}

int libusb_get_string_descriptor_ascii(
        libusb_device_handle *h, uint8_t index, unsigned char *text, int size) {
    uint8_t bytes[255];
    int n = 0;

    if (!index || size < 1) {
        return LIBUSB_ERROR_INVALID_PARAM;
    }
    int len = control(h->dev, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
            (uint16_t)(LIBUSB_DT_STRING << 8 | index), 0x0409, bytes, sizeof(bytes), CONTROL_MS);
    if (len < 0) {
        return len;
    }
    for (int at = 2; at + 1 < len && at + 1 < bytes[0] && n + 1 < size; at += 2) {
        text[n++] = bytes[at] < 128 && !bytes[at + 1] ? bytes[at] : '?';
    }
    text[n] = 0;
    return n;
}
