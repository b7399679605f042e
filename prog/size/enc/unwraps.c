// SPDX-License-Identifier: Apache-2.0
// A program without a use of its own: bench/unwraps calls its functions on an emulated chip, and
// counts their instructions. Each unwraps a key. private_key: as the row wants it
// (crypto/unwrap.h).
#include "unwraps.h"

#include "base/compiler.h"
#include "image/format.h"

int unwrap_p256(const uint8_t *private_key, const uint8_t *data, size_t len, uint8_t *ret_key) {
    const struct tn_ecies_key key = {tn_size_p256, private_key};
    const struct tn_unwrap u = {TN_TLV_ENC_EC256, tn_unwrap_ecies, &key};

    return u.unwrap(&u, data, len, ret_key);
}

int unwrap_x25519(const uint8_t *private_key, const uint8_t *data, size_t len, uint8_t *ret_key) {
    const struct tn_ecies_key key = {&tn_ecdh_x25519, private_key};
    const struct tn_unwrap u = {TN_TLV_ENC_X25519, tn_unwrap_ecies, &key};

    return u.unwrap(&u, data, len, ret_key);
}

int unwrap_rsa2048(const uint8_t *private_key, const uint8_t *data, size_t len, uint8_t *ret_key) {
    const struct tn_rsa_key key = {private_key};
    const struct tn_unwrap u = {TN_TLV_ENC_RSA2048, tn_size_rsa, &key};

    return u.unwrap(&u, data, len, ret_key);
}

typedef int unwrap(const uint8_t *private_key, const uint8_t *data, size_t len, uint8_t *ret_key);

int main(void) {
    static unwrap *const volatile rows[] = {unwrap_p256, unwrap_x25519, unwrap_rsa2048};
    uint8_t key[TN_WRAP_MAX];

    for (size_t i = 0;; i = i == TN_LEN(rows) - 1 ? 0 : i + 1) {  // so that they are linked
        rows[i](key, key, 0, key);
    }
}
