// SPDX-License-Identifier: Apache-2.0
// The loader of bare.c with the smallest libraries: p256-m and BearSSL.
#include "base/compiler.h"
#include "keys.h"
#include "boot/loader.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_m};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};

    tn_loader_bare(&trust);
}
