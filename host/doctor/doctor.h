// SPDX-License-Identifier: Apache-2.0
// What this machine lacks for updates: permissions, udev rules, a port that is free, keys that are
// kept. Looks and asks, changes nothing, and opens no port.
#ifndef TN_HOST_DOCTOR_DOCTOR_H
#define TN_HOST_DOCTOR_DOCTOR_H

#include <stddef.h>

enum tn_check_level { TN_CHECK_OK, TN_CHECK_WARN, TN_CHECK_FAIL };

struct tn_check {
    enum tn_check_level level;
    const char *id;    // "permission": for programs
    const char *text;  // what was found
    const char *next;  // what to do, or ""
};

struct tn_doctor {
    // In front of every path, /proc and /etc included; "" for this machine. For tests.
    const char *root;
    void (*check)(void *ctx, const struct tn_check *c);
    void *ctx;
};

// Is there anything to talk to? n: how many ports there are.
void tn_doctor_ports(const struct tn_doctor *d, size_t n);

// May this user open the port, and does another process hold it?
void tn_doctor_port(const struct tn_doctor *d, const char *path);

// Are the udev rules installed, and will ModemManager talk to ports?
void tn_doctor_system(const struct tn_doctor *d);

// A private key's file: who may read it, and is it for development only? required: the file has to
// be there.
void tn_doctor_key(const struct tn_doctor *d, const char *path, int required);

#endif
