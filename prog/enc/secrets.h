// SPDX-License-Identifier: Apache-2.0
// What a loader decrypts with. CMakeLists.txt selects the file by TN_BOARD_P256, as prog/trust.
#ifndef TN_PROG_ENC_SECRETS_H
#define TN_PROG_ENC_SECRETS_H

#include "image/decrypt.h"

extern const struct tn_secrets tn_program_secrets;

// The device's private key, 32 bytes: `tenon getpriv` writes it.
extern const uint8_t tn_private_key[];

#endif
