// SPDX-License-Identifier: Apache-2.0
// The loader with serial recovery, for any board.
#include "base/compiler.h"
#include "loader.h"
#include "service/service.h"
#include "trust/trust.h"

int main(void) {
    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback};
    struct tn_policy policy = {.rules = rules, .nrules = TN_LEN(rules), .attempts = 1};

    tn_loader_run(&tn_board, tn_board_strategy, &tn_program_trust, &policy);
    struct tn_service_serial *s =
            tn_service_serial(&tn_board, &tn_program_trust, TN_SLOTS_ANY, tn_policy_bits(&policy));
    tn_service_run(&s->service);
}
