// SPDX-License-Identifier: Apache-2.0
// The loader of boot-m0-full with the verified mark: the difference is the price of the mark.
#include "base/compiler.h"
#include "boot/loader.h"
#include "boot/verified.h"
#include "keys.h"

static int feed(void *ctx) {
    (void)ctx;
    tn_board.guard->alive();
    return 0;
}

int main(void) {
    static struct tn_verified verified;
    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback, &tn_mark_verified};
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc_built_in};
    static const struct tn_trust trust = {.hash = &tn_sha256_bearssl,
            .algs = algs,
            .nalgs = TN_LEN(algs),
            .keys = tn_keys,
            .other = &verified.other};
    struct tn_policy policy = {
            .rules = rules,
            .nrules = TN_LEN(rules),
            .area = tn_board.guard->outcome,
            .attempts = 1,
            .each = feed,
    };
    struct tn_boot b = {.slots = tn_board.slots, .strategy = tn_board_strategy, .trust = &trust};

    verified.other.look_at = tn_verified_look_at;
    verified.area = &tn_board_verified;
    verified.lock = tn_board_lock;
    tn_policy_settle(&policy, &b);
    tn_loader_start(&b, tn_board.run);
    for (;;) {  // no image to run: the next reset tries again
    }
}
