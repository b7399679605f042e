// SPDX-License-Identifier: Apache-2.0
// Libraries of main_small.c: micro-ecc and BearSSL.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};

const struct tn_trust tn_small_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
