// SPDX-License-Identifier: Apache-2.0
// ECDH on P-256 by P256-Cortex-M4.
//
// p256_ecdh_calc_shared_secret refuses a point off the curve. Its numbers are arrays of words, the
// lowest word first.
#include <p256-cortex-m4.h>

#include "base/err.h"
#include "crypto/unwrap.h"
#include "crypto/wipe.h"

enum {
    ECDH_NUM = 32,
    ECDH_POINT = 1 + 2 * ECDH_NUM,
    UNCOMPRESSED = 4,  // SEC 1 section 2.3.3
};

static int shared(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret) {
    uint32_t scalar[ECDH_NUM / sizeof(uint32_t)];
    uint32_t x[ECDH_NUM / sizeof(uint32_t)];
    uint32_t y[ECDH_NUM / sizeof(uint32_t)];

    if (point[0] != UNCOMPRESSED) {
        return TN_EUNWRAP;
    }
    p256_convert_endianness(scalar, private_key, ECDH_NUM);
    p256_convert_endianness(x, point + 1, ECDH_NUM);
    p256_convert_endianness(y, point + 1 + ECDH_NUM, ECDH_NUM);
    bool ok = p256_ecdh_calc_shared_secret(ret_secret, scalar, x, y);
    tn_wipe(scalar, sizeof(scalar));
    return ok ? 0 : TN_EUNWRAP;
}

TN_EXPORTED const struct tn_ecdh tn_ecdh_p256_cortex_m4 = {
        .point_len = ECDH_POINT, .shared = shared};
