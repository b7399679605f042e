// SPDX-License-Identifier: Apache-2.0
// The loader with serial recovery and the verified mark: it checks an image's signature once, and
// starts it after hashing it from then on. Boards without a lock of the mark do not link it.
#include "base/compiler.h"
#include "loader.h"
#include "mark.h"
#include "service/service.h"

struct tn_verified tn_program_verified;

// Recovery is due. It writes slots by what comes over a line.
static void close_mark(struct tn_service *s) {
    (void)s;
    tn_verified_close(&tn_program_verified);
}

int main(void) {
    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback, &tn_mark_verified};
    static const struct tn_loader_parts parts = {.board = &tn_board,
            .go = tn_loader_run,
            .rules = rules,
            .nrules = TN_LEN(rules),
            .begin = close_mark};

    tn_program_verified.other.look_at = tn_verified_look_at;
    tn_program_verified.area = &tn_board_verified;
    tn_program_verified.lock = tn_board_lock;
    tn_loader_full_with(&parts);
}
