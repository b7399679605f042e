// SPDX-License-Identifier: Apache-2.0
#include "crypto/der.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

enum {
    SEQUENCE = 0x30,
    INTEGER = 0x02,
    LONG_FORM =
            0x80,  // lengths from 128 on take more than a byte: no P-256 or P-384 signature has one
};

// True if an element with this tag starts at p, and ends at or before end.
static bool is_element(const uint8_t *p, const uint8_t *end, uint8_t tag) {
    return end - p >= 2 && p[0] == tag && p[1] <= end - p - 2;
}

int tn_der_get_sig(uint8_t *ret_raw, size_t num_len, const uint8_t *der, size_t len) {
    const uint8_t *end = der + len;

    if (len >= LONG_FORM || !is_element(der, end, SEQUENCE)) {
        return TN_EINVAL;
    }
    const uint8_t *body_end = der + 2 + der[1];
    while (end > body_end) {
        if (*--end) {
            return TN_EINVAL;
        }
    }
    der += 2;
    memset(ret_raw, 0, 2 * num_len);
    for (int i = 0; i < 2; i++) {
        if (!is_element(der, end, INTEGER) || !der[1] || (der[2] & 0x80)) {
            return TN_EINVAL;
        }
        size_t skip = der[2] == 0;  // the zero byte in front of a set top bit
        size_t digits = der[1] - skip;
        if (digits > num_len) {
            return TN_EINVAL;
        }
        ret_raw += num_len;
        memcpy(ret_raw - digits, der + 2 + skip, digits);
        der += 2 + der[1];
    }
    return der == end ? 0 : TN_EINVAL;
}
