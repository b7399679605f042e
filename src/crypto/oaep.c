// SPDX-License-Identifier: Apache-2.0
#include <bearssl_hash.h>
#include <string.h>

#include "base/err.h"
#include "crypto/cipher.h"
#include "crypto/oaep_priv.h"
#include "crypto/wipe.h"

enum {
    MODULUS = 256,  // bytes
    PART = MODULUS / 2,
};

// The library only reads its key, and has no const for it.
static unsigned char *part(const struct tn_rsa_key *key, int nth) {
    return (unsigned char *)(uintptr_t)(key->parts + nth * PART);
}

int tn_oaep_open(br_rsa_oaep_decrypt decrypt, const struct tn_rsa_key *key, const uint8_t *data,
        size_t len, uint8_t *ret_key) {
    const br_rsa_private_key rsa = {.n_bitlen = 8 * MODULUS,
            .p = part(key, 0),
            .plen = PART,
            .q = part(key, 1),
            .qlen = PART,
            .dp = part(key, 2),
            .dplen = PART,
            .dq = part(key, 3),
            .dqlen = PART,
            .iq = part(key, 4),
            .iqlen = PART};
    uint8_t buf[MODULUS];
    size_t got = sizeof(buf);

    if (len != MODULUS) {
        return TN_EUNWRAP;
    }
    memcpy(buf, data, MODULUS);
    uint32_t ok = decrypt(&br_sha256_vtable, NULL, 0, &rsa, buf, &got);
    int rc = ok && (got == TN_AES128_KEY || got == TN_AES256_KEY) ? (int)got : TN_EUNWRAP;
    if (rc > 0) {
        memcpy(ret_key, buf, got);
    }
    tn_wipe(buf, sizeof(buf));
    return rc;
}
