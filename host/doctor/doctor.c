// SPDX-License-Identifier: Apache-2.0
// What is the same on every system: the number of ports, and keys.
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host/doctor/doctor_priv.h"
#include "host/files/key.h"

enum { TEXT = 400 };

void tn_doctor_tell(const struct tn_doctor *d, enum tn_check_level level, const char *id,
        const char *next, const char *format, ...) {
    char text[TEXT];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    const struct tn_check c = {.level = level, .id = id, .text = text, .next = next};
    d->check(d->ctx, &c);
}

void tn_doctor_ports(const struct tn_doctor *d, size_t n) {
    if (n == 0) {
        char next[160];
        snprintf(next, sizeof(next),
                "plug the device in, with a cable that has data lines; see also: %s",
                tn_doctor_port_log);
        tn_doctor_tell(d, TN_CHECK_WARN, "ports", next, "no serial port on this machine");
        return;
    }
    tn_doctor_tell(d, TN_CHECK_OK, "ports", "", "%zu serial port%s", n, n > 1 ? "s" : "");
}

// ---- Keys ------------------------------------------------------------------------------

void tn_doctor_key(const struct tn_doctor *d, const char *path, int required) {
    char full[PATH_MAX];
    struct tn_key_pair key = {0};
    struct tn_fault f;
    struct stat st;

    snprintf(full, sizeof(full), "%s%s", d->root, path);
    if (stat(full, &st)) {
        if (required) {
            tn_doctor_tell(d, TN_CHECK_FAIL, "key", "check the path; a new key: tenon keygen FILE",
                    "%s: cannot be read: %s", path, strerror(errno));
        }
        return;
    }
    if (tn_key_load(full, &key, &f)) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "key", "", "%s", f.text);
        return;
    }
    if (key.has_private) {
        tn_doctor_private_key(d, full, path);
    } else {
        tn_doctor_tell(d, TN_CHECK_OK, "key", "", "%s: a public key", path);
    }
    if (key.is_dev) {
        tn_doctor_tell(d, TN_CHECK_WARN, "development-key",
                "for devices that you ship: tenon keygen FILE, and keep that key offline",
                "%s: a development key; whoever has this tree may sign with it", path);
    }
    tn_key_free(&key);
}
