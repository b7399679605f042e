// SPDX-License-Identifier: Apache-2.0
// ECDH on P-256 by micro-ecc. It does not check the point: this file does.
#include <uECC.h>

#include "base/err.h"
#include "crypto/unwrap.h"

enum {
    POINT_LEN = 65,
    UNCOMPRESSED = 4,  // SEC 1 section 2.3.3
};

static int shared(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret) {
    uECC_Curve curve = uECC_secp256r1();

    return point[0] == UNCOMPRESSED && uECC_valid_public_key(point + 1, curve) &&
                    uECC_shared_secret(point + 1, private_key, ret_secret, curve)
            ? 0
            : TN_EUNWRAP;
}

TN_EXPORTED const struct tn_ecdh tn_ecdh_microecc = {.point_len = POINT_LEN, .shared = shared};
