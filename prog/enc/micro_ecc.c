// SPDX-License-Identifier: Apache-2.0
// ECIES-P256 by micro-ecc; AES and HKDF by BearSSL.
#include "base/compiler.h"
#include "image/format.h"
#include "secrets.h"

static const struct tn_ecies_key key = {&tn_ecdh_microecc, tn_private_key};
static const struct tn_unwrap ecies = {
        .tlv = TN_TLV_ENC_EC256, .unwrap = tn_unwrap_ecies, .key = &key};
static const struct tn_unwrap *const unwraps[] = {&ecies};

const struct tn_secrets tn_program_secrets = {&tn_aes_bearssl, unwraps, TN_LEN(unwraps)};
