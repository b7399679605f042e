// SPDX-License-Identifier: Apache-2.0
// The os group (0): echo, reset, params, info, bootloader info; and what a program has besides:
// tasks, memory pools, date and time.
// Source: doc/reference/smp.md section 4.
#ifndef TN_SERVE_OS_H
#define TN_SERVE_OS_H

#include "smp/server.h"

// A task, or what a program without an operating system has in its place.
struct tn_os_task {
    const char *name;
    int8_t prio;
    uint8_t state;
    uint32_t stack_used;  // both in words of 4 bytes
    uint32_t stack_size;
    uint32_t runtime;
};

struct tn_os_pool {
    const char *name;
    uint32_t block_size;
    uint32_t blocks;
    uint32_t free;
    uint32_t min_free;
};

struct tn_datetime {
    uint16_t year;  // 1900 to 11899
    uint8_t month;  // 1 to 12
    uint8_t day;    // 1 to the month's last
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    uint16_t ms;
};

// What is NULL is not supported. Functions may not block.
struct tn_os_more {
    // The nth task or pool: true, and false behind the last one.
    bool (*task)(void *ctx, size_t nth, struct tn_os_task *ret);
    bool (*pool)(void *ctx, size_t nth, struct tn_os_pool *ret);
    // 0; TN_ENOENT: no clock was set so far; or TN_EIO.
    int (*get_time)(void *ctx, struct tn_datetime *ret);
    int (*set_time)(void *ctx, const struct tn_datetime *t);
    void *ctx;
};

// The program's. Set all; const on a chip.
struct tn_serve_os {
    // Asked to reset; mode 0 is a plain reset, 1 asks for recovery (boot_mode of
    // doc/reference/smp.md section 4). 0: the program will, when the answer is sent. TN_EINVAL:
    // there is no such mode; TN_ENOTSUP.
    int (*reset)(void *ctx, uint32_t mode);
    void *ctx;
    const char *letters;       // uname's, of the words that there are, in the order "snrvbmpio"
    const char *const *words;  // one for each letter
    uint8_t mode;              // the strategy's number, as bootloader info tells it
};

extern const struct tn_smp_cmd tn_serve_os_cmds[5];
extern const struct tn_smp_err tn_serve_os_errs[2];

// For small loaders: echo, reset, params.
extern const struct tn_smp_cmd tn_serve_os_recovery_cmds[3];

// Everything: tasks, memory pools, date and time besides, if more is not NULL.
struct tn_serve_os_all {
    struct tn_serve_os os;
    const struct tn_os_more *more;
};

extern const struct tn_smp_cmd tn_serve_os_all_cmds[8];
extern const struct tn_smp_err tn_serve_os_all_errs[4];

// Rows for a server's table of groups. os: struct tn_serve_os, of _ALL struct tn_serve_os_all.
#define TN_SERVE_OS(os)                                                                            \
    TN_SMP_GROUP(TN_SMP_OS, tn_serve_os_cmds, tn_serve_os_errs, NULL, NULL, (os))
#define TN_SERVE_OS_ALL(os)                                                                        \
    TN_SMP_GROUP(TN_SMP_OS, tn_serve_os_all_cmds, tn_serve_os_all_errs, NULL, NULL, (os))
#define TN_SERVE_OS_RECOVERY(os)                                                                   \
    {                                                                                              \
        TN_SMP_OS, TN_LEN(tn_serve_os_recovery_cmds), 0, tn_serve_os_recovery_cmds, NULL, NULL,    \
                NULL, (os)                                                                         \
    }

#endif
