// SPDX-License-Identifier: Apache-2.0
// Verifies an image: its hash, then its signatures, in steps.
//
// Knows the format and the trust. Does not know slots or boots.
#ifndef TN_IMAGE_VERIFY_H
#define TN_IMAGE_VERIFY_H

#include "base/compiler.h"
#include "image/source.h"
#include "image/trust.h"

TN_C_BEGIN

// The hash is right, and signatures were not to be checked. Not genuine.
#define TN_WHOLE 0x3c6a5a96u

// Refused. Differs in many bits from TN_GENUINE and from 0.
#define TN_REFUSED 0xa53c5a96u

enum {
    TN_VERIFY_STEP = 192,  // bytes that one step hashes
    TN_VERIFY_DATA = 104,  // the longest TLV that is read: a signature by P-384 in DER
};

// One check under way. Owned by the caller, about 550 bytes; there is no other state, unless the
// trust names RAM for some kinds of signatures.
struct tn_verify {
    struct tn_image_src src;  // where the image is; set it before tn_verify_begin
    // private
    uint32_t result;
    int error;
    const struct tn_trust *trust;
    uint32_t hash_only;
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;
    uint32_t hashed;
    const struct tn_key *key;  // the key that the last KEYHASH TLV named, for the next signature
    uint32_t hash_ok;
    uint32_t sig_ok;
    uint32_t pure;        // of image/other_keys.c
    struct tn_hash hash;  // its state; once the image is hashed, its digest
    // Bytes of the image. Not on the stack: a glitch that skips a function's push makes it return
    // to what it pops from its caller's frame, and the image's author chose these bytes.
    uint8_t buf[TN_VERIFY_STEP];
};

// Starts to check the image at v->src. trust must live until the check ends. hash_only: signatures
// are not checked. The first step reports a header or TLV areas that are refused.
void tn_verify_begin(struct tn_verify *v, const struct tn_trust *trust, bool hash_only);

// Ends the check: the image is refused with this error; or whole, with 0, which only a caller says
// that leaves the check to somebody else.
static inline void tn_verify_end(struct tn_verify *v, int error) {
    v->error = error;
    v->result = error ? TN_REFUSED : TN_WHOLE;
    v->trust = NULL;
}

// Hashes up to 192 bytes, or checks one signature in a single library call. TN_MORE, or 0 when
// done.
int tn_verify_step(struct tn_verify *v);

// private, for image/other_keys.c: the digest of what was hashed. It lies where the hash's state
// was.
static inline uint8_t *tn_verify_digest(struct tn_verify *v) {
    return (uint8_t *)v->hash.state;
}

// TN_GENUINE if the hash is right, the last signature by a known key is right, and no flag marks
// the image as not bootable; TN_WHOLE if the hash is right and hash_only was set; TN_REFUSED; 0
// while the check is not done.
static inline uint32_t tn_verify_result(const struct tn_verify *v) {
    // Read twice (./run skips): a read that is skipped leaves what the register held before, which
    // may be TN_GENUINE. No other result has all of its bits.
    const volatile uint32_t *result = &v->result;
    uint32_t first = *result;

    return first & *result;
}

// Why the image was refused: TN_EHASH, TN_ENOSIG, TN_EKEY, TN_ESIG, TN_ETLV, or as tn_image_open. 0
// if it was not.
static inline int tn_verify_error(const struct tn_verify *v) {
    return v->error;
}

// The header that was verified. Use it instead of reading the flash again, which may return other
// bytes.
static inline const struct tn_image_hdr *tn_verify_header(const struct tn_verify *v) {
    return &v->hdr;
}

TN_C_END

#endif
