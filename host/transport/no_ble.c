// SPDX-License-Identifier: Apache-2.0
// For a tenon without BlueZ.
#include "host/transport/ble.h"

static int none(struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "this tenon was built without Bluetooth: it needs BlueZ and libsystemd, on Linux, and "
            "is none in a static program; use a tenon that was built on this machine, or another "
            "port");
}

bool tn_ble_is_there(void) {
    return false;
}

int tn_ble_new(const char *text, const char *name, struct tn_transport **ret, struct tn_fault *f) {
    (void)text;
    (void)name;
    (void)ret;
    return none(f);
}

int tn_ble_scan(uint32_t ms, const volatile sig_atomic_t *stop, struct tn_ble_seen **ret,
        size_t *ret_n, struct tn_fault *f) {
    (void)ms;
    (void)stop;
    (void)ret;
    (void)ret_n;
    return none(f);
}
