// SPDX-License-Identifier: Apache-2.0
// Makes a transport from the text that a user enters for a port, by a table of schemes.
#include "host/transport/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "host/base/usb_name.h"
#include "host/transport/ble.h"
#include "host/transport/ports.h"
#include "host/transport/tty.h"

enum { HOST_MAX = 256 };

// One scheme. rest is the text behind "name:"; text is the whole, for messages.
struct scheme {
    const char *name;
    int (*make)(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
            struct tn_fault *f);
};

// ---- Serial lines ----------------------------------------------------------------------

// Cuts "@BAUD" off the end of a path. Returns false if it is not a valid speed.
static bool split_baud(char *path, uint32_t *baud) {
    char *at = strrchr(path, '@');
    char *end;

    if (!at) {
        return true;
    }
    *at = 0;
    *baud = (uint32_t)strtoul(at + 1, &end, 10);
    return *end == 0 && *baud > 0;
}

// Reads PATH or PATH@BAUD. The caller frees *ret_path.
static int read_line(
        const char *text, const char *rest, char **ret_path, uint32_t *baud, struct tn_fault *f) {
    char *path = strdup(rest);

    if (!path) {
        return tn_fail_memory(f);
    }
    if (!split_baud(path, baud)) {
        free(path);
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: what stands behind @ is no speed; give one, such as %.*s@115200, or the path "
                "alone",
                text, (int)(strrchr(text, '@') - text), text);
    }
    if (!*path) {
        free(path);
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: a port is PATH or serial:PATH@BAUD, such as /dev/ttyACM0 or "
                "serial:/dev/ttyACM0@115200",
                text);
    }
    *ret_path = path;
    return 0;
}

static int make_line(const char *text, const char *rest, uint32_t baud, bool raw,
        struct tn_transport **ret, struct tn_fault *f) {
    char *path;

    if (read_line(text, rest, &path, &baud, f)) {
        return -1;
    }
    *ret = tn_serial_new(path, baud, raw);
    free(path);
    return *ret ? 0 : tn_fail_memory(f);
}

static int make_serial(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
        struct tn_fault *f) {
    return make_line(text, rest, baud, false, ret, f);
}

static int make_raw(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
        struct tn_fault *f) {
    return make_line(text, rest, baud, true, ret, f);
}

// ---- UDP -------------------------------------------------------------------------------

// Finds the end of the host, and whether a port may follow. A host is "[...]", or text with at most
// one colon behind it. A bare IPv6 address has more colons, and no port.
static size_t host_end(const char **host, const char **ret_tail) {
    const char *colon = strchr(*host, ':');
    const char *close = strchr(*host, ']');

    if (**host == '[') {
        ++*host;
        *ret_tail = close ? close + 1 : "";
        return close ? (size_t)(close - *host) : 0;
    }
    bool is_bare = colon && strchr(colon + 1, ':');
    size_t n = colon && !is_bare ? (size_t)(colon - *host) : strlen(*host);
    *ret_tail = *host + n;
    return n;
}

// Reads "" or ":PORT". Returns false for anything else.
static bool read_port(const char *tail, uint16_t *ret_port) {
    char *end;

    *ret_port = 0;
    if (*tail == 0) {
        return true;
    }
    if (*tail != ':' || tail[1] < '0' || tail[1] > '9') {
        return false;
    }
    unsigned long port = strtoul(tail + 1, &end, 10);
    *ret_port = (uint16_t)port;
    return *end == 0 && port > 0 && port <= UINT16_MAX;
}

static int make_udp(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
        struct tn_fault *f) {
    char host[HOST_MAX];
    const char *tail;
    uint16_t port;
    size_t n = host_end(&rest, &tail);

    (void)baud;
    if (n == 0 || n >= sizeof(host) || !read_port(tail, &port)) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: a device on the network is udp:HOST or udp:HOST:PORT, such as udp:192.0.2.7, "
                "udp:board.local:1337 or udp:[2001:db8::7]:1337",
                text);
    }
    memcpy(host, rest, n);
    host[n] = 0;
    *ret = tn_udp_new(host, port);
    return *ret ? 0 : tn_fail_memory(f);
}

// ---- USB devices with DFU, which carry no SMP ------------------------------------------

// The serial port of the device that the name means, or "".
static void serial_port_of(const struct tn_usb_name *name, char *ret, size_t size) {
    struct tn_fault ignored;
    struct tn_port *ports;
    size_t n;

    ret[0] = 0;
    if (tn_ports(&ports, &n, &ignored)) {
        return;
    }
    for (size_t i = 0; i < n && !*ret; i++) {
        const struct tn_port *p = &ports[i];
        bool fits = p->is_usb && name->has_ids && p->vid == name->vid &&
                (*name->serial ? strcmp(p->serial, name->serial) == 0 : p->pid == name->pid);
        snprintf(ret, size, "%s", fits ? p->path : "");
    }
    free(ports);
}

static int make_usb(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
        struct tn_fault *f) {
    struct tn_usb_name name;
    char path[128];

    (void)rest;
    (void)baud;
    (void)ret;
    if (tn_usb_name_get(text, &name, f)) {
        return -1;
    }
    serial_port_of(&name, path, sizeof(path));
    return tn_fail(f, TN_FAULT_USAGE,
            "DFU (%s) carries an upgrade and nothing else: this command needs SMP, over the "
            "device's serial port: -p %s%s",
            text, *path ? path : "PATH", *path ? "" : " (tenon devices lists them)");
}

// ---- BLE -------------------------------------------------------------------------------

static int make_ble(const char *text, const char *rest, uint32_t baud, struct tn_transport **ret,
        struct tn_fault *f) {
    (void)baud;
    if (strlen(rest) >= TN_BLE_NAME_MAX) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: no Bluetooth device has such a long name; give ble:ADDRESS or ble:NAME, as "
                "tenon devices --ble lists them",
                text);
    }
    return tn_ble_new(text, rest, ret, f);
}

// ----------------------------------------------------------------------------------------

static const struct scheme schemes[] = {
        {"serial", make_serial},
        {"raw", make_raw},
        {"udp", make_udp},
        {"ble", make_ble},
        {"usb", make_usb},
};

// The length of "name" in "name:rest"; 0 if there is none, or if a file has that name.
static size_t scheme_len(const char *text) {
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");

    return text[n] == ':' && access(text, F_OK) != 0 ? n : 0;
}

int tn_transport_from(
        const char *text, uint32_t baud, struct tn_transport **ret, struct tn_fault *f) {
    size_t n = scheme_len(text);

    *ret = NULL;
    if (n == 0) {
        return make_serial(text, text, baud, ret, f);
    }
    for (size_t i = 0; i < TN_LEN(schemes); i++) {
        if (strlen(schemes[i].name) == n && memcmp(schemes[i].name, text, n) == 0) {
            return schemes[i].make(text, text + n + 1, baud, ret, f);
        }
    }
    return tn_fail(f, TN_FAULT_USAGE,
            "%s: no such kind of port; serial ports are PATH or serial:PATH@BAUD, such as "
            "/dev/ttyACM0, or raw:PATH@BAUD; devices on the network are udp:HOST:PORT, those "
            "with DFU usb:VID:PID, and those in reach of Bluetooth ble:NAME",
            text);
}

int tn_tty_from(const char *text, uint32_t baud, struct tn_tty *ret, struct tn_fault *f) {
    size_t n = scheme_len(text);
    bool is_serial = n == 0 || strncmp(text, "serial:", 7) == 0;
    struct tn_tty tty = {.baud = baud, .fd = -1};

    if (!is_serial) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: carries packets and no text; give a serial line, such as /dev/ttyACM0", text);
    }
    if (read_line(text, n ? text + n + 1 : text, &tty.path, &tty.baud, f)) {
        return -1;
    }
    *ret = tty;
    return 0;
}
