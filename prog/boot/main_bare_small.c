// SPDX-License-Identifier: Apache-2.0
// The loader of bare.c with the smallest libraries: p256-m and Mbed TLS's small SHA-256.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_m};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_mbedtls, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};

    tn_loader_bare(&trust);
}
