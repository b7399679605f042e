// SPDX-License-Identifier: Apache-2.0
// X25519 by BearSSL's implementation for cores that multiply 16 bits fast and 32 bits slowly, such
// as the Cortex-M0.
//
// RFC 7748 section 6.1: a shared secret of zeros comes from a point of small order, which anyone
// can send; it is refused.
#include <bearssl_ec.h>
#include <string.h>

#include "base/err.h"
#include "crypto/unwrap.h"

enum {
    LEN = 32,
};

static int shared(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret) {
    uint8_t any = 0;

    memcpy(ret_secret, point, LEN);
    uint32_t ok = br_ec_c25519_m15.mul(ret_secret, LEN, private_key, LEN, BR_EC_curve25519);
    for (int i = 0; i < LEN; i++) {
        any |= ret_secret[i];
    }
    return ok && any ? 0 : TN_EUNWRAP;
}

TN_EXPORTED const struct tn_ecdh tn_ecdh_x25519 = {.point_len = LEN, .shared = shared};
