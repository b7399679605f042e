// SPDX-License-Identifier: Apache-2.0
// The smallest loader with recovery: by the button, or where nothing can be run. No requests, no
// word to the application.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};
    static const struct tn_trust trust = {&tn_sha256_bearssl, algs, TN_LEN(algs), tn_keys,
            1};  // the first key: how many there are is not known when this is compiled
    struct tn_boot b = {.slots = tn_board.slots, .trust = &trust};
    struct tn_boot_plan plan;

    b.view.recovery = tn_board.button && tn_board.button();
    tn_loader_settle(&b, &plan);
    tn_loader_start(&tn_board, &b, &plan);
    tn_recover(&tn_board, &trust);
}
