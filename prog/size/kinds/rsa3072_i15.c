// SPDX-License-Identifier: Apache-2.0
// RSA-3072 with SHA-256.
#include "base/compiler.h"
#include "image/other_keys.h"
#include "keys.h"
#include "kind.h"

static uint8_t sig[384];
static const struct tn_sig_alg *const algs[] = {&tn_rsa3072_bearssl_i15};
static const struct tn_other_keys other = {
        .look_at = tn_other_keys_look_at, .sig = sig, .sig_size = sizeof(sig)};

const struct tn_trust tn_kind_trust = {.hash = &tn_sha256_bearssl,
        .algs = algs,
        .nalgs = TN_LEN(algs),
        .keys = tn_keys,
        .other = &other};
