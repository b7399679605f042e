// SPDX-License-Identifier: Apache-2.0
// The loader with keys of several roles, which takes key lists.
#include "base/compiler.h"
#include "keylist.h"
#include "loader.h"
#include "service/service.h"

static struct tn_keyring *keyring;

static void tell_keys(struct tn_service *s) {
    (void)s;
    tn_service_serial_keys(keyring, false);
}

int main(void) {
    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback, &tn_take_key_lists};
    struct tn_loader_parts parts = {.board = &tn_board,
            .go = tn_loader_run,
            .rules = rules,
            .nrules = TN_LEN(rules),
            .begin = tell_keys};

    keyring = tn_keylist_open();
    parts.keyring = keyring;
    tn_loader_full_with(&parts);
}
