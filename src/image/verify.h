// SPDX-License-Identifier: Apache-2.0
// Is this image genuine: its hash, then its signatures, in steps.
//
// Knows the format and whom to believe. Does not know which slot or which boot asks.
#ifndef TN_IMAGE_VERIFY_H
#define TN_IMAGE_VERIFY_H

#include "image/source.h"
#include "image/trust.h"

// The hash is right and signatures were not asked for. Not genuine.
#define TN_WHOLE 0x3c6a5a96u

// Refused: far from TN_GENUINE and from 0, too.
#define TN_REFUSED 0xa53c5a96u

enum {
    TN_VERIFY_STEP = 256,  // bytes that one step hashes
};

// One check under way. The caller's, about 350 bytes; nothing else is kept.
struct tn_verify {
    struct tn_image_src src;  // where the image is: set before tn_verify_begin
    // private
    const struct tn_trust *trust;
    uint32_t hash_only;
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;
    uint32_t hashed;
    const struct tn_key *key;  // what the last KEYHASH TLV named, for the next signature
    uint32_t hash_ok;
    uint32_t sig_ok;
    uint32_t result;
    int error;
    uint8_t digest[TN_HASH_MAX];
    struct tn_hash hash;
};

// Begins to check the image at v->src for trust, which must live on; hash_only leaves signatures
// alone. A header or TLV areas that are refused show in the first step.
void tn_verify_begin(struct tn_verify *v, const struct tn_trust *trust, bool hash_only);

// Hashes up to 256 bytes, or checks one signature, a single library call. TN_MORE, or 0 when done.
int tn_verify_step(struct tn_verify *v);

// TN_GENUINE if the hash fits, the last signature by a known key is right and no flag says that the
// image does not boot; TN_WHOLE if the
// hash fits and no more was asked for; TN_REFUSED; 0 while it is not done.
static inline uint32_t tn_verify_result(const struct tn_verify *v) {
    return v->result;
}

// Why it was refused: TN_EHASH, TN_ENOSIG, TN_EKEY, TN_ESIG, TN_ETLV, or as tn_image_open. 0 if
// it was not.
static inline int tn_verify_error(const struct tn_verify *v) {
    return v->error;
}

// The header that was verified: what the flash says when it is read again may be another one.
static inline const struct tn_image_hdr *tn_verify_header(const struct tn_verify *v) {
    return &v->hdr;
}

#endif
