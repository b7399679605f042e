// SPDX-License-Identifier: Apache-2.0
// Private keys in a PKCS #11 token (smart card, HSM): the token signs, the key never leaves it.
//
// By p11-kit, which finds the modules that this machine has. A tool without it says so:
// token_none.c has the same functions.
#ifndef TN_HOST_FILES_TOKEN_H
#define TN_HOST_FILES_TOKEN_H

#include "base/compiler.h"
#include "host/files/key.h"

TN_C_BEGIN

// Opens the key that a URI of RFC 7512 names: pkcs11:token=...;object=... or id=..., and
// module-path=... for a module that p11-kit does not know. The PIN comes from pin-value or
// pin-source of the URI, or from p. Fills all of ret but is_dev. tn_key_free closes it.
int tn_token_open(const char *uri, const struct tn_passphrase *p, struct tn_key_pair *ret,
        struct tn_fault *f);

void tn_token_close(struct tn_token_key *t);

// As tn_key_sign_message. The signature has the form that image TLVs have.
int tn_token_sign(const struct tn_key_pair *k, const uint8_t *message, size_t len, uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f);

TN_C_END

#endif
