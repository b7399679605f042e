// SPDX-License-Identifier: Apache-2.0
// The loader of bare.c with P256-Cortex-M4 and BearSSL, for cores with UMAAL.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_cortex_m4};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};

    tn_loader_bare(&trust);
}
