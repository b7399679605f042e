// SPDX-License-Identifier: Apache-2.0
// The fastest on a Cortex-M4: ECDSA and ECIES by P256-Cortex-M4, SHA-256 and AES by BearSSL.
#include "base/compiler.h"
#include "enc.h"
#include "image/format.h"
#include "keys.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_cortex_m4};
static const struct tn_ecies_key key = {&tn_ecdh_p256_cortex_m4, tn_private_key};
static const struct tn_unwrap ecies = {
        .tlv = TN_TLV_ENC_EC256, .unwrap = tn_unwrap_ecies, .key = &key};
static const struct tn_unwrap *const unwraps[] = {&ecies};

const struct tn_trust tn_enc_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
const struct tn_secrets tn_enc_secrets = {&tn_aes_bearssl, unwraps, TN_LEN(unwraps)};
