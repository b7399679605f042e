// SPDX-License-Identifier: Apache-2.0
// Encrypted images: how to get an image's key, and how to read what it encrypts.
//
// Only the payload is encrypted; header and TLVs are not. Hash and signature are over the clear
// form. So an image has two forms with the same header and TLVs: the clear one, which runs, and the
// encrypted one, everywhere else (doc/reference/mcuboot.md section 5). Knows no slot.
#ifndef TN_IMAGE_DECRYPT_H
#define TN_IMAGE_DECRYPT_H

#include "base/compiler.h"
#include "crypto/cipher.h"
#include "crypto/unwrap.h"
#include "image/source.h"

TN_C_BEGIN

// What a device decrypts with. Const on a chip.
struct tn_secrets {
    const struct tn_cipher *cipher;
    const struct tn_unwrap *const *unwraps;  // at most one for a type of TLV
    size_t nunwraps;
};

// The key of one image. Wipe it when it is not needed any more: tn_wipe.
struct tn_image_key {
    uint32_t begin;  // the payload, by offsets in the image; both 0: the image is not encrypted
    uint32_t end;
    uint8_t len;  // of bytes: 16, 32; 0: there is no key
    uint8_t bytes[TN_CIPHER_KEY_MAX];
};

// Finds the TLV with the image's key: the first one of a type that secrets has a row for. Returns
// 0; TN_EUNWRAP if there is none, or if it is too long; TN_ETLV, or the error of reading.
int tn_image_find_key(const struct tn_secrets *secrets, const struct tn_image_src *src,
        const struct tn_image_hdr *h, struct tn_tlv *ret);

// Gets the key of the image at src with this header. A single library call that takes about as long
// as the check of a signature. Returns 0; TN_EUNWRAP: it is encrypted for another device; or as
// tn_image_find_key. ret->begin and end are set in any case.
int tn_image_get_key(const struct tn_secrets *secrets, const struct tn_image_src *src,
        const struct tn_image_hdr *h, struct tn_image_key *ret);

// Turns len bytes of an image from off on from either form into the other one.
void tn_image_convert(const struct tn_secrets *secrets, const struct tn_image_key *key,
        uint32_t off, uint8_t *buf, uint32_t len);

// A source that reads an image in its encrypted form as the clear one: src->read is
// tn_image_read_decrypted, and src->ctx this.
struct tn_decrypted {
    struct tn_image_src stored;
    const struct tn_secrets *secrets;
    struct tn_image_key key;
};

tn_image_read tn_image_read_decrypted;

// Makes src, where the header of an encrypted image lies, such a source, with d as its memory. A
// plain image stays as it is. Returns 0, or as tn_image_get_key and tn_image_open.
int tn_image_decrypt(
        struct tn_decrypted *d, const struct tn_secrets *secrets, struct tn_image_src *src);

TN_C_END

#endif
