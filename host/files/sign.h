// SPDX-License-Identifier: Apache-2.0
// Makes images in MCUboot's format, byte for byte as imgtool does.
#ifndef TN_HOST_FILES_SIGN_H
#define TN_HOST_FILES_SIGN_H

#include "base/compiler.h"
#include "host/files/encrypt.h"
#include "host/files/key.h"
#include "host/files/segments.h"
#include "host/files/slot.h"
#include "image/format.h"

TN_C_BEGIN

enum tn_sign_pad {
    TN_SIGN_NO_PAD,
    TN_SIGN_PAD,      // adds a trailer that requests a test at the next reset
    TN_SIGN_CONFIRM,  // the same, but permanent: for the first image of a device
};

enum { TN_SIGN_DEPENDENCIES = 8 };

// Another image of the device that this one needs, in this version or a later one. MCUboot and
// Tenon do not compare build numbers.
struct tn_sign_dependency {
    uint8_t image;  // its number
    struct tn_version least;
};

struct tn_sign_opts {
    const struct tn_key_pair *key;  // NULL: hash only, no signature
    unsigned sha;                   // bits of the image's hash; 0: what the key's kind usually has
    bool pure;                      // Ed25519: sign the image, not its hash
    bool random;                    // ECDSA: a random nonce in place of RFC 6979's
    bool whole_key;                 // put the whole public key into the image, in place of its hash
    // Made elsewhere, by the private half of key: what tn_sign_message returned was signed. ECDSA's
    // may be DER, or r and s alone. NULL: key signs.
    const struct tn_buf *signature;
    const struct tn_encrypt *encrypt;  // for whom; NULL: the image is not encrypted
    bool clear;  // the encrypted image's clear form: what runs, for the first image of a device
    struct tn_version version;
    uint32_t hdr_size;  // 32 to 65535
    bool pad_header;    // the input has no room for the header, so put the header in front
    bool rom_fixed;     // load_addr is the address that the image is built for
    uint32_t load_addr;
    bool has_counter;  // add a security counter, a protected TLV
    uint32_t counter;
    struct tn_sign_dependency dependencies[TN_SIGN_DEPENDENCIES];  // protected TLVs, too
    size_t ndependencies;
    const struct tn_buf *key_list;  // add this key list, a protected TLV; NULL: none
    uint8_t erased;                 // the flash's erased value: 0xff or 0
    enum tn_sign_pad pad;
    struct tn_slot_shape slot;  // tn_sign checks it
};

// "1.2.3+4" as imgtool writes versions, or "1.2.3.4" as devices and tn_version_text do; trailing
// parts may be left out. Returns 0, or -1 for anything else.
int tn_version_parse(const char *text, struct tn_version *ret);

// "(1, 1.2.3+4)" and more of them, with commas between, as imgtool reads them. Fills in
// ret->dependencies. Returns 0, or -1 for anything else.
int tn_sign_dependencies_parse(const char *text, struct tn_sign_opts *ret);

// Makes an image of the payload. If the slot's size is known, refuses a payload that the slot
// cannot hold (TN_FAULT_TOO_LARGE). name is the payload's, for faults. Does not add the slot's
// unused bytes and trailer: tn_sign_place does.
int tn_sign(const struct tn_buf *payload, const struct tn_sign_opts *opts, const char *name,
        struct tn_buf *ret_image, struct tn_fault *f);

// What a key elsewhere has to sign, on the heap: the image's hash, or with opts.pure all that the
// hash covers. opts.key may be the public half, or NULL. imgtool's --vector-to-sign has the same
// bytes.
int tn_sign_message(const struct tn_buf *payload, const struct tn_sign_opts *opts, const char *name,
        struct tn_buf *ret, struct tn_fault *f);

// As segments: the image at addr, and the parts of its trailer that opts.pad selects.
int tn_sign_place(const struct tn_buf *image, const struct tn_sign_opts *opts, uint32_t addr,
        struct tn_segments *ret, struct tn_fault *f);

TN_C_END

#endif
