// SPDX-License-Identifier: Apache-2.0
// AES key wrap (RFC 3394) by Mbed TLS 3.6.
//
// Its cipher layer asks for the memory of one AES context: that is here, and static, since a device
// has no malloc. One unwrapping at a time.
#include <mbedtls/aes.h>
#include <mbedtls/nist_kw.h>
#include <mbedtls/platform_util.h>
#include <string.h>

#include "base/err.h"
#include "crypto/unwrap.h"
#include "crypto/wipe.h"

enum {
    CHECK_VALUE = 8,  // bytes by which a wrapped key is longer
};

static _Alignas(mbedtls_aes_context) uint8_t context[sizeof(mbedtls_aes_context)];

// What the library's configuration names instead of calloc and free.
void *tn_kw_calloc(size_t n, size_t size) {
    memset(context, 0, sizeof(context));
    return n * size <= sizeof(context) ? context : NULL;
}

void tn_kw_free(void *p) {
    (void)p;
    tn_wipe(context, sizeof(context));
}

// And instead of mbedtls_platform_zeroize.
void tn_kw_wipe(void *buf, size_t len) {
    tn_wipe(buf, len);
}

TN_EXPORTED int tn_unwrap_kw(
        const struct tn_unwrap *u, const uint8_t *data, size_t len, uint8_t *ret_key) {
    const struct tn_kw_key *key = u->key;
    mbedtls_nist_kw_context kw;
    size_t got = 0;

    if (len != key->len + CHECK_VALUE) {
        return TN_EUNWRAP;
    }
    mbedtls_nist_kw_init(&kw);
    int err = mbedtls_nist_kw_setkey(&kw, MBEDTLS_CIPHER_ID_AES, key->bytes, 8u * key->len, 0);
    if (!err) {
        err = mbedtls_nist_kw_unwrap(&kw, MBEDTLS_KW_MODE_KW, data, len, ret_key, &got, key->len);
    }
    mbedtls_nist_kw_free(&kw);
    return !err && got == key->len ? (int)got : TN_EUNWRAP;
}
