// SPDX-License-Identifier: Apache-2.0
// P-256 by P256-Cortex-M4, or the verified mark in its place. As prog/trust.
#include "base/compiler.h"
#include "keys.h"
#include "mark.h"
#include "trust/trust.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_cortex_m4};

const struct tn_trust tn_program_trust = {.hash = &tn_sha256_bearssl,
        .algs = algs,
        .nalgs = TN_LEN(algs),
        .keys = tn_keys,
        .other = &tn_program_verified.other};
