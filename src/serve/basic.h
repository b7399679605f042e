// SPDX-License-Identifier: Apache-2.0
// Zephyr's basic group (63): erases the application's storage. Source: Zephyr,
// Zephyr management (smp_group_63).
#ifndef TN_SERVE_BASIC_H
#define TN_SERVE_BASIC_H

#include "base/compiler.h"
#include "flash/area.h"
#include "smp/server.h"

TN_C_BEGIN

// Owned by the program. Each step erases one sector; the server answers after the last one.
struct tn_serve_basic {
    const struct tn_area *storage;
    // private
    uint32_t pos;
};

extern const struct tn_smp_cmd tn_serve_basic_cmds[1];
tn_smp_handler tn_serve_basic_late;
extern const struct tn_smp_err tn_serve_basic_errs[1];

// A row for a server's table of groups. b: struct tn_serve_basic. With this row, anybody on the
// link can erase the application's storage.
#define TN_SERVE_BASIC(b)                                                                          \
    TN_SMP_GROUP(TN_SMP_BASIC, tn_serve_basic_cmds, tn_serve_basic_errs, NULL,                     \
            tn_serve_basic_late, (b))

TN_C_END

#endif
