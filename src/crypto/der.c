// SPDX-License-Identifier: Apache-2.0
#include "crypto/der.h"

#include <string.h>

#include "base/err.h"

enum {
    SEQUENCE = 0x30,
    INTEGER = 0x02,
    LONG_FORM = 0x80,  // lengths of 128 and above: no P-256 or P-384 signature has one
};

// The content's length of the element at der, if its tag is the one asked for and it ends
// within len bytes; -1 if not.
static int element(const uint8_t *der, size_t len, uint8_t tag) {
    if (len < 2 || der[0] != tag || der[1] >= LONG_FORM || der[1] > len - 2) {
        return -1;
    }
    return der[1];
}

// Copies one INTEGER right-aligned to num. Returns how many bytes of der it took, or -1.
static int get_number(uint8_t *num, size_t num_len, const uint8_t *der, size_t len) {
    int n = element(der, len, INTEGER);

    if (n < 1 || (der[2] & 0x80)) {
        return -1;
    }
    size_t skip = der[2] == 0;  // the sign's byte
    size_t digits = (size_t)n - skip;
    if (digits > num_len) {
        return -1;
    }
    memset(num, 0, num_len - digits);
    memcpy(num + num_len - digits, der + 2 + skip, digits);
    return n + 2;
}

int tn_der_get_sig(uint8_t *ret_raw, size_t num_len, const uint8_t *der, size_t len) {
    int body = element(der, len, SEQUENCE);

    if (body < 0) {
        return TN_EINVAL;
    }
    for (size_t i = (size_t)body + 2; i < len; i++) {
        if (der[i]) {
            return TN_EINVAL;
        }
    }
    int r = get_number(ret_raw, num_len, der + 2, (size_t)body);
    if (r < 0) {
        return TN_EINVAL;
    }
    int s = get_number(ret_raw + num_len, num_len, der + 2 + r, (size_t)(body - r));
    return s < 0 || r + s != body ? TN_EINVAL : 0;
}
