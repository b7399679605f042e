// SPDX-License-Identifier: Apache-2.0
// Outcomes and attempts.
#include "base/compiler.h"
#include "rules.h"

const struct tn_rule *const tn_size_rules[] = {&tn_count_attempts, &tn_keep_outcomes};
const size_t tn_size_nrules = TN_LEN(tn_size_rules);
