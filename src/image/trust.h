// SPDX-License-Identifier: Apache-2.0
// Whom a program believes: keys, and the algorithms that it linked to check them.
//
// Knows keys as data; `tenon getpub --lang c` writes such a table. Const on a chip.
#ifndef TN_IMAGE_TRUST_H
#define TN_IMAGE_TRUST_H

#include "crypto/hash.h"
#include "crypto/sig.h"

struct tn_key {
    uint8_t kind;          // enum tn_key_kind
    const uint8_t *hash;   // of the key's DER form, as the image TLV KEYHASH carries it: 32 bytes
    const uint8_t *point;  // the key itself, in the form that its kind says
};

struct tn_trust {
    const struct tn_hash_alg *hash;
    const struct tn_sig_alg *const *algs;  // rows: what none of them checks counts as unknown
    size_t nalgs;                          // 0: nobody here checks signatures
    const struct tn_key *keys;
    size_t nkeys;
};

#endif
