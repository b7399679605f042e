// SPDX-License-Identifier: Apache-2.0
// What this machine lacks for updates: permissions, udev rules, a free port, protected keys. The
// checks only read; they change nothing and open no port.
#ifndef TN_HOST_DOCTOR_DOCTOR_H
#define TN_HOST_DOCTOR_DOCTOR_H

#include <stddef.h>

#include "base/compiler.h"

TN_C_BEGIN

enum tn_check_level { TN_CHECK_OK, TN_CHECK_WARN, TN_CHECK_FAIL };

struct tn_check {
    enum tn_check_level level;
    const char *id;    // "permission": for programs
    const char *text;  // what was found
    const char *next;  // what to do, or ""
};

struct tn_doctor {
    // prefix of every path, /proc and /etc included; "" for this machine. For tests.
    const char *root;
    void (*check)(void *ctx, const struct tn_check *c);
    void *ctx;
};

// Is there any port? n: the number of ports.
void tn_doctor_ports(const struct tn_doctor *d, size_t n);

// May this user open the port, and does another process hold it?
void tn_doctor_port(const struct tn_doctor *d, const char *path);

// What stops or may surprise a DFU of these devices: permissions, another program, a driver, the
// chip's boot pins, ids for tests. list: of n devices, also those without DFU.
struct tn_usb_device;
void tn_doctor_usb(const struct tn_doctor *d, const struct tn_usb_device *list, size_t n);

// Are the udev rules installed, and will ModemManager send bytes to ports?
void tn_doctor_system(const struct tn_doctor *d);

// Checks a private key's file: who may read it, and is the key for development only? required: the
// file must exist.
void tn_doctor_key(const struct tn_doctor *d, const char *path, int required);

TN_C_END

#endif
