// SPDX-License-Identifier: Apache-2.0
// The enum group (10): which groups there are, so that clients need not find out by errors.
// Source: reference smp.md section 2.6.
#ifndef TN_SERVE_ENUMERATE_H
#define TN_SERVE_ENUMERATE_H

#include "smp/server.h"

// The program's: what its server has, this group included. Const on a chip.
struct tn_serve_enum {
    const struct tn_smp_group *groups;
    size_t ngroups;
};

extern const struct tn_smp_cmd tn_serve_enum_cmds[4];
extern const struct tn_smp_err tn_serve_enum_errs[2];

// A row for a server's table of groups. e: struct tn_serve_enum.
#define TN_SERVE_ENUM(e)                                                                           \
    { TN_SMP_ENUM, 4, 2, tn_serve_enum_cmds, tn_serve_enum_errs, NULL, (void *)(e) }

#endif
