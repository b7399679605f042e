// SPDX-License-Identifier: Apache-2.0
// The smallest loader: verifies, swaps, reverts and starts. No recovery, no requests, no word to
// the application; for boards with another way to the flash.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};
    const struct tn_trust trust = {&tn_sha256_bearssl, algs, TN_LEN(algs), tn_keys, tn_nkeys};
    struct tn_boot b = {.slots = tn_board.slots, .trust = &trust};

    if (tn_loader_settle(&b, NULL)) {
        tn_loader_start(&tn_board);
    }
    for (;;) {  // nothing to run: the next reset looks again
    }
}
