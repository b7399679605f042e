// SPDX-License-Identifier: Apache-2.0
// What a Windows machine needs to reach a device. Windows has no rules about who may open a port,
// and tells no program which other one holds it, so little can be checked without opening the port.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host/doctor/doctor_priv.h"
#include "host/transport/ports.h"

const char tn_doctor_port_log[] = "the Device Manager";

void tn_doctor_port(const struct tn_doctor *d, const char *path) {
    struct tn_port *ports;
    struct tn_fault f;
    bool is_there = false;
    size_t n;

    if (tn_ports(&ports, &n, &f)) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "permission", "", "%s", f.text);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        is_there |= _stricmp(ports[i].path, path) == 0;  // COM3 is com3
    }
    free(ports);
    if (!is_there) {
        tn_doctor_tell(d, TN_CHECK_FAIL, "permission",
                "is the device plugged in, and the path right?", "%s: no such port", path);
        return;
    }
    tn_doctor_tell(d, TN_CHECK_OK, "permission", "", "%s: there, and every user may open it", path);
}

void tn_doctor_system(const struct tn_doctor *d) {
    (void)d;
}

// The rights of a file are the folder's, as everywhere on Windows.
void tn_doctor_private_key(const struct tn_doctor *d, const char *file, const char *path) {
    (void)file;
    tn_doctor_tell(d, TN_CHECK_OK, "key", "",
            "%s: a private key; who may read it is set in its folder's properties", path);
}
