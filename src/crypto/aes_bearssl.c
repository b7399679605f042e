// SPDX-License-Identifier: Apache-2.0
// AES-CTR by BearSSL, the implementation with the S-box as its only table. The counter mode is
// here: BearSSL's is 300 bytes more, and begins with a whole block.
//
// The key schedule is computed anew in each call: some 3 blocks' time, for no secret that outlives
// the call.
#include <inner.h>

#include "base/compiler.h"
#include "crypto/cipher.h"
#include "crypto/wipe.h"

enum {
    BLOCK = 16,
    COUNTER = BLOCK - 4,  // offset of the block's number; a payload has fewer than 2^32 blocks
    SCHEDULE = 60,        // words, of AES-256: FIPS 197 section 5.2
};

static void convert(const uint8_t *key, size_t key_len, uint32_t pos, uint8_t *buf, size_t len) {
    uint32_t schedule[SCHEDULE];
    uint8_t stream[BLOCK];
    unsigned rounds = br_aes_keysched(schedule, key, key_len);
    uint32_t done = BLOCK;  // bytes of the stream's block that are behind

    for (; len; len--, pos++) {
        if (done == BLOCK) {
            memset(stream, 0, sizeof(stream));
            br_enc32be(stream + COUNTER, pos / BLOCK);
            br_aes_small_encrypt(rounds, schedule, stream);
            done = pos % BLOCK;
        }
        *buf++ ^= stream[done++];
    }
    tn_wipe(stream, sizeof(stream));
    tn_wipe(schedule, sizeof(schedule));
}

TN_EXPORTED const struct tn_cipher tn_aes_bearssl = {.convert = convert};
