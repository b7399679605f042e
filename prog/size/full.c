// SPDX-License-Identifier: Apache-2.0
// The loader of boot-m0 with rules, which another file lists; boot-m0-full has all of them.
#include "base/compiler.h"
#include "boot/loader.h"
#include "keys.h"
#include "rules.h"

static int feed(void *ctx) {
    (void)ctx;
    tn_board.guard->alive();
    return 0;
}

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};
    struct tn_policy policy = {
            .rules = tn_size_rules,
            .nrules = tn_size_nrules,
            .area = tn_board.guard->outcome,
            .attempts = 1,
            .each = feed,
    };
    struct tn_boot b = {.slots = tn_board.slots, .strategy = tn_board_strategy, .trust = &trust};

    tn_policy_settle(&policy, &b);
    tn_loader_start(&b, tn_board.run);
    for (;;) {  // no image to run: the next reset tries again
    }
}
