// SPDX-License-Identifier: Apache-2.0
// The rules of a measured loader, listed in rules_NAME.c.
#ifndef TN_PROG_SIZE_RULES_H
#define TN_PROG_SIZE_RULES_H

#include "boot/policy.h"

extern const struct tn_rule *const tn_size_rules[];
extern const size_t tn_size_nrules;

#endif
