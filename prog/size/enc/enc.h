// SPDX-License-Identifier: Apache-2.0
// What a measured loader with encrypted images trusts and decrypts with: a file for each library.
#ifndef TN_PROG_SIZE_ENC_ENC_H
#define TN_PROG_SIZE_ENC_ENC_H

#include "boot/encrypted.h"
#include "image/trust.h"

extern const struct tn_trust tn_enc_trust;
extern const struct tn_secrets tn_enc_secrets;

// The device's private key, 32 bytes: `tenon getpriv` writes it.
extern const uint8_t tn_private_key[];

#endif
