// SPDX-License-Identifier: Apache-2.0
// The loader with serial recovery, for any board.
#include "base/compiler.h"
#include "keys.h"
#include "loader.h"
#include "service/service.h"

int main(void) {
    static const struct tn_sig_alg *const algs[] = {&tn_p256_microecc};
    static const struct tn_trust trust = {
            .hash = &tn_sha256_bearssl, .algs = algs, .nalgs = TN_LEN(algs), .keys = tn_keys};

    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback};
    struct tn_policy policy = {.rules = rules, .nrules = TN_LEN(rules), .attempts = 1};

    tn_loader_run(&tn_board, tn_board_strategy, &trust, &policy);
    struct tn_service_serial *s =
            tn_service_serial(&tn_board, &trust, TN_SLOTS_ANY, tn_policy_bits(&policy));
    tn_service_run(&s->service);
}
