// SPDX-License-Identifier: Apache-2.0
// Key lists as files (image/key_list.h): makes, reads and checks them. And keys by their roles, as
// command lines name them.
#ifndef TN_HOST_FILES_KEY_LIST_H
#define TN_HOST_FILES_KEY_LIST_H

#include "base/compiler.h"
#include "host/files/key.h"
#include "image/key_list.h"

TN_C_BEGIN

enum { TN_KEY_ROLE_TEXT = 24 };

// What an argument says of a key: "FILE", "lists=FILE", "image-2=FILE"; or, in a list, the same
// behind "revoked-", or "revoked=FILE" for a key that signs any image.
struct tn_key_arg {
    const char *file;  // in the argument
    uint8_t role;      // enum tn_key_role
    bool is_revoked;
};

// Never fails: an argument of another form is a file's name.
void tn_key_arg_parse(const char *arg, struct tn_key_arg *ret);

// "any image", "key lists", "image 2".
const char *tn_key_role_words(uint8_t role, char ret[TN_KEY_ROLE_TEXT]);

struct tn_key_list_opts {
    const struct tn_key_pair *signer;  // with its private half
    uint32_t number;
    const struct tn_key_pair *keys;  // each with its role
    const bool *revoked;
    size_t n;
};

// Makes a list, on the heap. Faults: USAGE: no key or more than TN_KEY_LIST_KEYS, a key twice,
// number 0, no image key in use, the signer revoked, or without a private half.
int tn_key_list_make(const struct tn_key_list_opts *o, struct tn_buf *ret, struct tn_fault *f);

// Checks the form of a list; name appears in the fault. ret points to bytes.
int tn_key_list_open(const uint8_t *bytes, size_t len, const char *name, struct tn_key_list *ret,
        struct tn_fault *f);

// True if this key has signed the list.
bool tn_key_list_is_by(const struct tn_key_list *l, const struct tn_key_pair *key);

TN_C_END

#endif
