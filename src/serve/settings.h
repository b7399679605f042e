// SPDX-License-Identifier: Apache-2.0
// The settings group (3): values by name, over functions that the program supplies.
// Source: Zephyr, Settings management (smp_group_3).
#ifndef TN_SERVE_SETTINGS_H
#define TN_SERVE_SETTINGS_H

#include "base/compiler.h"
#include "base/err.h"
#include "smp/server.h"

TN_C_BEGIN

enum {
    TN_SETTING_NAME_MAX = 31,  // bytes
    TN_SETTING_VALUE_MAX = 64,
};

// Errors with a code of their own that the program's functions return.
enum {
    TN_SETTING_NO_ROOT = TN_ERANGE,  // no name begins like this
    TN_SETTING_NO_NAME = TN_ENOENT,  // the first part exists, but not this name
    TN_SETTING_CANNOT = TN_ENOTSUP,  // the value cannot be read, written or deleted
};

// Supplied by the program. A name is 1 to TN_SETTING_NAME_MAX bytes, without a 0 at its end.
// Pointers are valid only during the call. A NULL function is not supported.
struct tn_serve_settings {
    // Returns the value's length. If it is above size, buf holds the first size bytes.
    int (*read)(void *ctx, struct tn_span name, void *buf, size_t size);
    int (*write)(void *ctx, struct tn_span name, struct tn_span value);
    int (*remove)(void *ctx, struct tn_span name);
    int (*commit)(void *ctx);
    int (*load)(void *ctx);                       // replaces the current values by the stored ones
    int (*save)(void *ctx, struct tn_span name);  // saves name and the names below it; empty: all
    void *ctx;
};

extern const struct tn_smp_cmd tn_serve_settings_cmds[4];
extern const struct tn_smp_err tn_serve_settings_errs[7];

// A row for a server's table of groups. s: struct tn_serve_settings. With this row, anybody on the
// link can change the program's settings.
#define TN_SERVE_SETTINGS(s)                                                                       \
    TN_SMP_GROUP(TN_SMP_SETTINGS, tn_serve_settings_cmds, tn_serve_settings_errs, NULL, NULL,      \
            (void *)(s))

TN_C_END

#endif
