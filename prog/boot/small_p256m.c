// SPDX-License-Identifier: Apache-2.0
// Libraries of main_small.c: the smallest, p256-m and Mbed TLS's small SHA-256.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

static const struct tn_sig_alg *const algs[] = {&tn_p256_m};

const struct tn_trust tn_small_trust = {
        .hash = &tn_sha256_mbedtls, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
