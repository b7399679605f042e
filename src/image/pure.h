// SPDX-License-Identifier: Apache-2.0
// Signatures over the image itself, not over its hash (TLV SIG_PURE, imgtool --pure).
//
// The signature's own hash begins with bytes of the signature, which lies behind the image. So the
// image is read twice: for its hash, then for the signature.
#ifndef TN_IMAGE_PURE_H
#define TN_IMAGE_PURE_H

#include "base/compiler.h"
#include "image/verify.h"

TN_C_BEGIN

// For tn_trust_pure.begin: checks a signature, of len bytes, by this key; NULL is an unknown one.
// Further steps read the image. Returns TN_MORE; 0 if key or type are unknown; TN_EHASH if the
// image's hash does not precede the signature.
int tn_verify_pure(struct tn_verify *v, const struct tn_key *key, uint16_t type, const uint8_t *sig,
        uint16_t len);

TN_C_END

#endif
