// SPDX-License-Identifier: Apache-2.0
// What an image file holds, and what is wrong with it. Made for hostile bytes.
#ifndef TN_HOST_FILES_INSPECT_H
#define TN_HOST_FILES_INSPECT_H

#include "host/files/key.h"
#include "image/format.h"

enum { TN_INSPECT_TLVS = 64 };  // more are counted as malformed; imgtool's images have 3 to 10

struct tn_inspect_tlv {
    uint16_t type;
    uint16_t len;
    uint32_t off;  // of its bytes, from the file's start
    bool is_protected;
};

enum tn_inspect_sig {
    TN_SIG_NOT_READ,   // something in front of it is wrong
    TN_SIG_NONE,       // unsigned
    TN_SIG_UNCHECKED,  // signed, and no key was given
    TN_SIG_GENUINE,    // by one of the keys
    TN_SIG_FOREIGN,    // by a key that is none of them
    TN_SIG_WRONG,      // names one of them, and is not its signature
    TN_SIG_OTHER,      // of an algorithm that is not supported
};

// As much as could be read: a step that fails leaves what follows it 0.
struct tn_inspect {
    bool has_header;
    struct tn_image_hdr hdr;
    size_t image_len;  // header to the last TLV; what an upload sends
    size_t file_len;
    struct tn_inspect_tlv tlvs[TN_INSPECT_TLVS];
    size_t ntlvs;
    bool has_hash;
    uint8_t hash[TN_HASH_LEN];      // what the image says: its name on devices
    uint8_t computed[TN_HASH_LEN];  // what its bytes say
    bool has_key_hash;
    uint8_t key_hash[TN_KEY_HASH_LEN];
    enum tn_inspect_sig sig;
    size_t signer;      // where sig is GENUINE or WRONG: which key
    bool is_padded;     // a slot's trailer follows: made for a programmer, not for an upload
    bool is_confirmed;  // that trailer confirms it
};

// Looks at an image of len bytes; name stands in the fault. Without keys a signature is only
// seen, not checked.
//
// Returns 0 if a device that trusts these keys would take it; else -1 with the first reason,
// and *ret as far as it was read.
int tn_inspect(const uint8_t *image, size_t len, const struct tn_key_pair *keys, size_t nkeys,
        const char *name, struct tn_inspect *ret, struct tn_fault *f);

// Reads an image file: bytes, or Intel HEX by its suffix (gaps filled with 0xff).
int tn_image_load(const char *path, struct tn_buf *ret, uint32_t *ret_addr, struct tn_fault *f);

// Words for a TLV type and for a flag; NULL for an unknown one.
const char *tn_tlv_name(uint16_t type);
const char *tn_image_flag_name(uint32_t flag);

#endif
