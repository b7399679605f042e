// SPDX-License-Identifier: Apache-2.0
// P-256 by P256-Cortex-M4, twenty times as fast: for cores with UMAAL; SHA-256 by BearSSL.
#include "base/compiler.h"
#include "keys.h"
#include "trust.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_cortex_m4};

const struct tn_trust tn_program_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
