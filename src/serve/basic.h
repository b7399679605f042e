// SPDX-License-Identifier: Apache-2.0
// Zephyr's basic group (63): erases the application's storage. Source: Zephyr,
// Zephyr management (smp_group_63).
#ifndef TN_SERVE_BASIC_H
#define TN_SERVE_BASIC_H

#include "flash/area.h"
#include "smp/server.h"

// The program's. A sector is erased at a time, and the answer comes when all are.
struct tn_serve_basic {
    const struct tn_area *storage;
    // private
    uint32_t pos;
};

extern const struct tn_smp_cmd tn_serve_basic_cmds[1];
tn_smp_handler tn_serve_basic_late;
extern const struct tn_smp_err tn_serve_basic_errs[1];

// A row for a server's table of groups. b: struct tn_serve_basic. Whoever lists it lets anybody on
// the link erase what the application has stored.
#define TN_SERVE_BASIC(b)                                                                          \
    TN_SMP_GROUP(TN_SMP_BASIC, tn_serve_basic_cmds, tn_serve_basic_errs, NULL,                     \
            tn_serve_basic_late, (b))

#endif
