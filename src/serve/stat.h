// SPDX-License-Identifier: Apache-2.0
// The stat group (2): counters of the program, by name. Source: Zephyr, Statistical management
// (smp_group_2).
#ifndef TN_SERVE_STAT_H
#define TN_SERVE_STAT_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

struct tn_stat {
    const char *name;
    const volatile uint32_t *value;  // an interrupt may increment it
};

struct tn_stat_group {
    const char *name;
    const struct tn_stat *stats;
    size_t n;
};

// Supplied by the program. Const on a chip.
struct tn_serve_stat {
    const struct tn_stat_group *groups;
    size_t ngroups;
};

extern const struct tn_smp_cmd tn_serve_stat_cmds[2];
extern const struct tn_smp_err tn_serve_stat_errs[1];

// A row for a server's table of groups. s: struct tn_serve_stat.
#define TN_SERVE_STAT(s)                                                                           \
    TN_SMP_GROUP(TN_SMP_STAT, tn_serve_stat_cmds, tn_serve_stat_errs, NULL, NULL, (void *)(s))

TN_C_END

#endif
