// SPDX-License-Identifier: Apache-2.0
// The smallest: ECDSA and ECIES by p256-m, SHA-256 by Mbed TLS, AES by BearSSL.
#include "base/compiler.h"
#include "enc.h"
#include "image/format.h"
#include "keys.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_m};
static const struct tn_ecies_key key = {&tn_ecdh_p256_m, tn_private_key};
static const struct tn_unwrap ecies = {
        .tlv = TN_TLV_ENC_EC256, .unwrap = tn_unwrap_ecies_small, .key = &key};
static const struct tn_unwrap *const unwraps[] = {&ecies};

const struct tn_trust tn_enc_trust = {
        .hash = &tn_sha256_mbedtls, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
const struct tn_secrets tn_enc_secrets = {&tn_aes_bearssl, unwraps, TN_LEN(unwraps)};
