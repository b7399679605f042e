// SPDX-License-Identifier: Apache-2.0
// A key list: says which of a product's keys are revoked. Signed by a key of role TN_KEY_FOR_LISTS.
//
// Knows its bytes and its signature. Does not know where lists are kept, nor which one is in force
// (boot/keyring.h). Little-endian; the format is Tenon's own (SPEC.md, "Key lists"):
//
//     "TNkl" | format 1 | count of entries | length of the signature (2) | number (4) |
//     SHA-256 of the key that signs (32) | entries | signature
//
//     entry (36): SHA-256 of a key (32) | role | state: 0 in use, 1 revoked | 0 0
//
// Keys are named by the SHA-256 of their DER form, as in the TLV KEYHASH (doc/reference/mcuboot.md
// section 1). The signature has the form that the TLV of an image has for this kind of key, over
// the SHA-256 of all bytes in front of it.
#ifndef TN_IMAGE_KEY_LIST_H
#define TN_IMAGE_KEY_LIST_H

#include <stdbool.h>

#include "base/compiler.h"
#include "image/format.h"
#include "image/trust.h"

TN_C_BEGIN

enum {
    // The TLV of an image that brings a list: protected. MCUboot leaves 0xXXA0 to 0xXXFE to
    // vendors, doc/reference/mcuboot.md section 1.
    TN_TLV_KEY_LIST = 0x54a0,

    TN_KEY_LIST_HEAD = 44,
    TN_KEY_LIST_ENTRY = 36,
    TN_KEY_LIST_KEYS = 16,      // most entries
    TN_KEY_LIST_SIG_MAX = 384,  // RSA-3072
    TN_KEY_LIST_MAX = TN_KEY_LIST_HEAD + TN_KEY_LIST_KEYS * TN_KEY_LIST_ENTRY + TN_KEY_LIST_SIG_MAX,
};

// A list whose form was checked. It points to the caller's bytes, which must not change.
struct tn_key_list {
    const uint8_t *bytes;
    uint32_t number;   // from 1 on
    uint16_t len;      // of bytes
    uint16_t sig_len;  // of that, at the end
    uint8_t count;     // of entries
};

struct tn_key_entry {
    const uint8_t *hash;  // SHA-256, in the list
    uint8_t role;         // enum tn_key_role
    bool is_revoked;
};

// The length of the list that begins with these TN_KEY_LIST_HEAD bytes: at most TN_KEY_LIST_MAX.
// TN_EMAGIC: it is no list. TN_ENEWER: of a later format. TN_ESIZE: a count or a length is 0 or
// above its limit.
int tn_key_list_len(const uint8_t *head);

// Checks the form of a list of exactly len bytes. Does not check who signed it. Returns 0; as
// tn_key_list_len; TN_ESIZE: bytes are missing, or follow; TN_EINVAL: number 0, an unknown role or
// state, a key twice, no signing key in use, or bytes that have to be 0.
int tn_key_list_get(struct tn_key_list *ret, const uint8_t *bytes, size_t len);

// Entry i, from 0 to count - 1.
void tn_key_list_entry(const struct tn_key_list *l, unsigned i, struct tn_key_entry *ret);

// Finds the entry of a key by its hash. False: the list does not name the key.
bool tn_key_list_find(const struct tn_key_list *l, const uint8_t *hash, struct tn_key_entry *ret);

// The hash of the key that signs.
static inline const uint8_t *tn_key_list_signer(const struct tn_key_list *l) {
    return l->bytes + TN_KEY_LIST_HEAD - TN_HASH_LEN;
}

// The built-in key that is named as the signer and may sign lists; NULL if there is none.
const struct tn_key *tn_key_list_signer_of(
        const struct tn_key_list *l, const struct tn_key *built_in);

// Checks the signature with one of these keys, which has the role TN_KEY_FOR_LISTS, and with hash
// and algs of trust; its own keys do not count. One library call that cannot be divided. Returns
// TN_GENUINE; any other value is a refusal.
uint32_t tn_key_list_verify(
        const struct tn_key_list *l, const struct tn_trust *trust, const struct tn_key *built_in);

TN_C_END

#endif
