// SPDX-License-Identifier: Apache-2.0
// ECDH on P-256 by p256-m of Mbed TLS: 0.2 KB more than its signature check.
//
// p256_ecdh_shared_secret refuses a private key out of its range and a point off the curve.
#include <p256-m.h>

#include "base/err.h"
#include "crypto/unwrap.h"
#include "crypto/wipe.h"

enum {
    POINT = 65,
    UNCOMPRESSED = 4,  // SEC 1 section 2.3.3
};

void tn_p256_m_wipe(void *secret, size_t len);

// What the library calls in place of mbedtls_platform_zeroize.
void tn_p256_m_wipe(void *secret, size_t len) {
    tn_wipe(secret, len);
}

int32_t psa_generate_random(uint8_t *output, size_t size);

// What the library's making of keys and signatures asks for random numbers. Nobody calls that; but
// not every linker drops it.
int32_t psa_generate_random(uint8_t *output, size_t size) {
    (void)output, (void)size;
    return TN_ENOTSUP;
}

static int shared(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret) {
    return point[0] == UNCOMPRESSED &&
                    p256_ecdh_shared_secret(ret_secret, private_key, point + 1) == P256_SUCCESS
            ? 0
            : TN_EUNWRAP;
}

TN_EXPORTED const struct tn_ecdh tn_ecdh_p256_m = {.point_len = POINT, .shared = shared};
