// SPDX-License-Identifier: Apache-2.0
// Where minizip was missing at build time.
#include "host/files/zip.h"

int tn_zip_read(
        const uint8_t *p, size_t len, const char *name, struct tn_zip *ret, struct tn_fault *f) {
    (void)p, (void)len;
    ret->n = 0;
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "%s: this tenon was built without zip archives; unpack it, and name the images' files "
            "in the order of their numbers",
            name);
}

int tn_zip_make(const struct tn_zip *z, struct tn_buf *ret, struct tn_fault *f) {
    (void)z, (void)ret;
    return tn_fail(f, TN_FAULT_UNSUPPORTED, "this tenon was built without zip archives");
}
