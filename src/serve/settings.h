// SPDX-License-Identifier: Apache-2.0
// The settings group (3): values by name, over functions that the program fills.
// Source: Zephyr, Settings management (smp_group_3).
#ifndef TN_SERVE_SETTINGS_H
#define TN_SERVE_SETTINGS_H

#include "base/err.h"
#include "smp/server.h"

enum {
    TN_SETTING_NAME_MAX = 31,  // bytes
    TN_SETTING_VALUE_MAX = 64,
};

// What this group's functions return besides 0 and other errors.
enum {
    TN_SETTING_NO_ROOT = TN_ERANGE,  // nobody has names that begin so
    TN_SETTING_NO_NAME = TN_ENOENT,  // somebody has, but not this one
    TN_SETTING_CANNOT = TN_ENOTSUP,  // it cannot be read, written or deleted
};

// The program's. A name is 1 to TN_SETTING_NAME_MAX bytes, without a 0 at its end; nothing of what
// is handed over outlives the call. What is NULL is not supported.
struct tn_serve_settings {
    // The value's length, which may be above size: then size bytes of it are in buf.
    int (*read)(void *ctx, struct tn_span name, void *buf, size_t size);
    int (*write)(void *ctx, struct tn_span name, struct tn_span value);
    int (*remove)(void *ctx, struct tn_span name);
    int (*commit)(void *ctx);
    int (*load)(void *ctx);                       // what was stored takes the place of what is
    int (*save)(void *ctx, struct tn_span name);  // this one and those below; empty: all
    void *ctx;
};

extern const struct tn_smp_cmd tn_serve_settings_cmds[4];
extern const struct tn_smp_err tn_serve_settings_errs[7];

// A row for a server's table of groups. s: struct tn_serve_settings. Whoever lists it lets anybody
// on the link change the program's values.
#define TN_SERVE_SETTINGS(s)                                                                       \
    TN_SMP_GROUP(TN_SMP_SETTINGS, tn_serve_settings_cmds, tn_serve_settings_errs, NULL, NULL,      \
            (void *)(s))

#endif
