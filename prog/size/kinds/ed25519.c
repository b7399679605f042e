// SPDX-License-Identifier: Apache-2.0
// Ed25519 over the SHA-256 of the image, as imgtool signs unless asked otherwise.
#include "base/compiler.h"
#include "keys.h"
#include "kind.h"

static const struct tn_sig_alg *const algs[] = {&tn_ed25519_monocypher};

const struct tn_trust tn_kind_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
