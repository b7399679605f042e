// SPDX-License-Identifier: Apache-2.0
// BearSSL 0.6 has RSA's public operation, but not the padding of PSS. Mbed TLS has both, and a heap
// behind its numbers. So the library computes, and the comparison of bytes around it is here: RFC
// 8017 section 9.1.2 (EMSA-PSS-VERIFY), and section B.2.1 (MGF1).
#include "crypto/pss_priv.h"

#include <string.h>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/sig.h"

enum {
    HASH = 32,
    SALT = 32,
    LONGEST = 384,  // bytes of a 3072-bit modulus
    LAST = 0xbc,
};

// XORs MGF1 of the seed, HASH bytes, over buf.
static void unmask(uint8_t *buf, size_t len, const uint8_t *seed) {
    uint8_t mask[HASH];
    uint8_t counter[4] = {0};
    struct tn_hash h;

    for (size_t i = 0; i < len; i++) {
        if (i % HASH == 0) {
            tn_hash_begin(&h, &tn_sha256_bearssl);
            tn_hash_add(&h, seed, HASH);
            tn_hash_add(&h, counter, sizeof(counter));
            tn_hash_end(&h, mask);
            counter[3]++;  // of at most 12 blocks
        }
        buf[i] ^= mask[i % HASH];
    }
}

// Returns 0 if em, len bytes, is the encoding of the hash. Every byte of it counts: the masked
// block (zeros, a 1, the salt), the second hash, 0xbc. The modulus has a multiple of 8 bits, so the
// top bit of em is the one that must be 0.
static uint32_t compare(uint8_t *em, size_t len, const uint8_t *hash) {
    static const uint8_t zeros[8];
    size_t db = len - HASH - 1;
    size_t one = db - SALT - 1;
    uint8_t want[HASH];
    struct tn_hash h;
    uint32_t differ = (em[0] & 0x80u) | (uint32_t)(em[len - 1] ^ LAST);

    unmask(em, db, em + db);
    em[0] &= 0x7f;
    em[one] ^= 1;
    for (size_t i = 0; i <= one; i++) {
        differ |= em[i];
    }
    tn_hash_begin(&h, &tn_sha256_bearssl);
    tn_hash_add(&h, zeros, sizeof(zeros));
    tn_hash_add(&h, hash, HASH);
    tn_hash_add(&h, em + one + 1, SALT);
    tn_hash_end(&h, want);
    for (size_t i = 0; i < HASH; i++) {
        differ |= (uint32_t)(want[i] ^ em[db + i]);
    }
    return differ;
}

uint32_t tn_pss_verify(br_rsa_public rsa, const struct tn_key *key, const uint8_t *hash,
        size_t hash_len, const uint8_t *sig, size_t sig_len) {
    static const uint8_t exponent[] = {1, 0, 1};
    br_rsa_public_key pk = {.n = (unsigned char *)(uintptr_t)key->bytes,
            .nlen = key->len,
            .e = (unsigned char *)(uintptr_t)exponent,
            .elen = sizeof(exponent)};
    uint8_t em[LONGEST];

    // The top bit of the modulus is set, so that no other length of em is possible.
    if (hash_len != HASH || sig_len != key->len || sig_len > LONGEST || !(key->bytes[0] & 0x80)) {
        return 0;
    }
    memcpy(em, sig, sig_len);
    uint32_t ok = rsa(em, sig_len, &pk);  // 0 if sig is not below the modulus
    return tn_genuine_if(ok & (compare(em, sig_len, hash) == 0));
}
