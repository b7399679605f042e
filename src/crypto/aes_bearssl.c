// SPDX-License-Identifier: Apache-2.0
// AES-CTR by BearSSL, the implementation with the S-box as its only table.
//
// The key schedule is computed anew in each call: some 3 blocks' time, for no secret that outlives
// the call.
#include <bearssl_block.h>

#include "crypto/cipher.h"
#include "crypto/wipe.h"

enum {
    BLOCK = 16,
};

static void convert(const uint8_t *key, size_t key_len, uint32_t pos, uint8_t *buf, size_t len) {
    static const uint8_t iv[12];
    br_aes_small_ctr_keys keys;
    uint32_t block = pos / BLOCK;
    size_t skip = pos % BLOCK;  // bytes of the first block that lie in front of pos

    br_aes_small_ctr_init(&keys, key, key_len);
    if (skip) {
        uint8_t stream[BLOCK] = {0};
        br_aes_small_ctr_run(&keys, iv, block++, stream, BLOCK);
        for (; len && skip < BLOCK; skip++, len--) {
            *buf++ ^= stream[skip];
        }
        tn_wipe(stream, sizeof(stream));
    }
    br_aes_small_ctr_run(&keys, iv, block, buf, len);
    tn_wipe(&keys, sizeof(keys));
}

TN_EXPORTED const struct tn_cipher tn_aes_bearssl = {.convert = convert};
