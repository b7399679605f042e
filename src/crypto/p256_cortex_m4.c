// SPDX-License-Identifier: Apache-2.0
// ECDSA on P-256 by P256-Cortex-M4, whose core is assembly: 5.3 KB, 0.7 million instructions and
// 2.1 KB of stack. For cores with UMAAL: Cortex-M4, M7 and M33.
//
// p256_verify refuses r or s of 0 or not below n, and a key that is not on the curve. Its numbers
// are arrays of words, the lowest word first.
#include <p256-cortex-m4.h>

#include "crypto/der.h"
#include "crypto/sig.h"

enum {
    NUM = 32,
};

// A number in the library's form.
struct number {
    uint32_t words[NUM / sizeof(uint32_t)];
};

static void get(struct number *ret, const uint8_t *big_endian) {
    p256_convert_endianness(ret->words, big_endian, NUM);
}

static uint32_t verify_cortex_m4(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    uint8_t raw[2 * NUM];
    struct number x, y, r, s;

    if (tn_der_get_sig(raw, NUM, sig, sig_len)) {
        return 0;
    }
    get(&x, key->bytes);
    get(&y, key->bytes + NUM);
    get(&r, raw);
    get(&s, raw + NUM);
    return tn_genuine_if(p256_verify(x.words, y.words, hash, hash_len, r.words, s.words));
}

TN_EXPORTED const struct tn_sig_alg tn_p256_cortex_m4 = {
        .tlv = 0x22, .kind = TN_KEY_P256, .verify = verify_cortex_m4};
