// SPDX-License-Identifier: Apache-2.0
// ECIES-P256 by P256-Cortex-M4; AES and HKDF by BearSSL.
#include "base/compiler.h"
#include "image/format.h"
#include "secrets.h"

static const struct tn_ecies_key key = {&tn_ecdh_p256_cortex_m4, tn_private_key};
static const struct tn_unwrap ecies = {
        .tlv = TN_TLV_ENC_EC256, .unwrap = tn_unwrap_ecies, .key = &key};
static const struct tn_unwrap *const unwraps[] = {&ecies};

const struct tn_secrets tn_program_secrets = {&tn_aes_bearssl, unwraps, TN_LEN(unwraps)};
