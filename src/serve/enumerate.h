// SPDX-License-Identifier: Apache-2.0
// The enum group (10): lists the server's groups, so that clients need not probe for them.
// Source: Zephyr, Enumeration management (smp_group_10).
#ifndef TN_SERVE_ENUMERATE_H
#define TN_SERVE_ENUMERATE_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

extern const struct tn_smp_cmd tn_serve_enum_cmds[4];
extern const struct tn_smp_err tn_serve_enum_errs[1];

// A row for a server's table of groups.
#define TN_SERVE_ENUM                                                                              \
    TN_SMP_GROUP(TN_SMP_ENUM, tn_serve_enum_cmds, tn_serve_enum_errs, NULL, NULL, NULL)

TN_C_END

#endif
