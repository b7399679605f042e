// SPDX-License-Identifier: Apache-2.0
// P-256 by micro-ecc: for cores without UMAAL, such as Cortex-M0 and M3; SHA-256 by BearSSL.
#include "base/compiler.h"
#include "keys.h"
#include "trust.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};

const struct tn_trust tn_program_trust = {
        .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
