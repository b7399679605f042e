// SPDX-License-Identifier: Apache-2.0
// Images whose key or signature is not of the usual form (KEYHASH of SHA-256, a short signature of
// the hash): for a trust that lists it as `other`. Others do not link this code.
#ifndef TN_IMAGE_OTHER_KEYS_H
#define TN_IMAGE_OTHER_KEYS_H

#include "base/compiler.h"
#include "image/verify.h"

TN_C_BEGIN

// Steps of a pure signature, in tn_verify.pure; 0: none.
enum tn_pure_step {
    TN_PURE_MARKED = 1,   // SIG_PURE stands in front
    TN_PURE_READING = 2,  // the image is read a second time
};

// Const on a chip.
struct tn_other_keys {
    int (*look_at)(struct tn_verify *v, const struct tn_tlv *tlv);  // tn_other_keys_look_at
    // RAM for signatures above 104 bytes, 256 for RSA-2048 or 384 for RSA-3072, and for a pure one,
    // 64. One check at a time uses it.
    uint8_t *sig;
    uint16_t sig_size;
    // Accept images with the whole public key in place of its hash (TLV PUBKEY, imgtool
    // --public-key-format full), if the trust has a key with its hash.
    bool pubkey;
    // Accept signatures of the image itself (TLV SIG_PURE, imgtool --pure). The image is read
    // twice: for its hash, then for the signature, whose own hash begins with bytes that lie behind
    // the image. NULL: they are of an unknown kind.
    const struct tn_pure_alg *pure;
};

// Handles an unprotected TLV before the rest of the check. Returns 0 if it is none of these: the
// check goes on with it; TN_MORE if it handled it; or why the image is refused.
int tn_other_keys_look_at(struct tn_verify *v, const struct tn_tlv *tlv);

TN_C_END

#endif
