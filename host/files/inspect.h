// SPDX-License-Identifier: Apache-2.0
// What an image file holds, and what is wrong with it. Hostile bytes are expected.
#ifndef TN_HOST_FILES_INSPECT_H
#define TN_HOST_FILES_INSPECT_H

#include "base/compiler.h"
#include "crypto/hash.h"
#include "host/files/encrypt.h"
#include "host/files/key.h"
#include "host/files/load.h"
#include "image/format.h"

TN_C_BEGIN

enum { TN_INSPECT_TLVS = 64 };  // a file with more is malformed; imgtool's images have 3 to 10

struct tn_inspect_tlv {
    uint16_t type;
    uint16_t len;
    uint32_t off;  // of its value, from the file's start
    bool is_protected;
};

enum tn_inspect_sig {
    TN_SIG_NOT_READ,   // an earlier step failed
    TN_SIG_NONE,       // unsigned
    TN_SIG_UNCHECKED,  // signed, but no key was given
    TN_SIG_GENUINE,    // signed with one of the keys
    TN_SIG_FOREIGN,    // signed with another key
    TN_SIG_WRONG,      // names one of the keys, but is not its signature
    TN_SIG_OTHER,      // of an algorithm that is not supported: none since 0.2
};

// What could be read. A step that fails leaves the later members 0.
struct tn_inspect {
    bool has_header;
    struct tn_image_hdr hdr;
    size_t image_len;  // from the header to the last TLV: the bytes that an upload sends
    size_t file_len;
    struct tn_inspect_tlv tlvs[TN_INSPECT_TLVS];
    size_t ntlvs;
    bool has_hash;
    uint8_t hash[TN_HASH_MAX];      // the hash in the image, which devices use as its name
    uint8_t computed[TN_HASH_MAX];  // the hash of its content
    bool has_key_hash;              // of 32 bytes: as devices list the hashes of their keys
    uint8_t key_hash[TN_KEY_HASH_LEN];
    enum tn_inspect_sig sig;
    size_t signer;      // index of the key, if sig is GENUINE or WRONG
    bool is_padded;     // a slot's trailer follows: the file is for a programmer, not for an upload
    bool is_confirmed;  // that trailer confirms it
    uint16_t hash_len;  // of hash and computed: 32, 48 or 64
    bool is_pure;       // the signature is over the image, not over its hash
    bool has_pubkey;    // the whole public key stands in place of its hash
    bool is_sealed;     // encrypted: neither hash nor signature can be checked without its key
    uint16_t wrap_type;  // of the TLV with its wrapped key; 0: it has none
};

// Examines an image of len bytes; name appears in the fault. Without keys it only detects a
// signature, and does not check it.
//
// Returns 0 if a device that trusts these keys would accept the image. Else returns -1 with the
// first reason, and *ret holds what could be read.
int tn_inspect(const uint8_t *image, size_t len, const struct tn_key_pair *keys, size_t nkeys,
        const char *name, struct tn_inspect *ret, struct tn_fault *f);

// The same for a file as tn_load read it: the fault names addresses, if the file has them.
int tn_inspect_loaded(const struct tn_loaded *file, const struct tn_key_pair *keys, size_t nkeys,
        const char *name, struct tn_inspect *ret, struct tn_fault *f);

// The hash by which devices list the image, hash_len bytes: that of its content, or where nobody
// can compute it, the one that it states. Points into *in.
static inline const uint8_t *tn_inspect_id(const struct tn_inspect *in) {
    return in->is_sealed ? in->hash : in->computed;
}

// Names of a TLV type and of a flag; NULL for an unknown one.
const char *tn_tlv_name(uint16_t type);
const char *tn_image_flag_name(uint32_t flag);

// Lists what the image has that is not supported here, each by its name, with commas between. The
// list is cut to size.
void tn_inspect_unsupported(const struct tn_inspect *in, char *ret, size_t size);

TN_C_END

#endif
