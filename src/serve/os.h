// SPDX-License-Identifier: Apache-2.0
// The os group (0): echo, reset, params, info, bootloader info; optionally tasks, memory pools,
// date and time.
// Source: doc/reference/smp.md section 4.
#ifndef TN_SERVE_OS_H
#define TN_SERVE_OS_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

// A task, or the equivalent in a program without an operating system.
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
    uint8_t day;    // 1 to the last of the month
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
    uint16_t ms;
};

// What a program knows of its tasks, memory pools and clock. A NULL function is not supported.
// Functions may not block.
struct tn_os_time_tasks {
    // Gets the nth task or pool. Returns false if there are no more.
    bool (*task)(void *ctx, size_t nth, struct tn_os_task *ret);
    bool (*pool)(void *ctx, size_t nth, struct tn_os_pool *ret);
    // Returns 0; TN_ENOENT if the clock was never set; or TN_EIO.
    int (*get_time)(void *ctx, struct tn_datetime *ret);
    int (*set_time)(void *ctx, const struct tn_datetime *t);
    void *ctx;
};

// Owned by the program. Set all members. Const on a chip.
struct tn_serve_os {
    // Requests a reset; mode is boot_mode of doc/reference/smp.md section 4, and of boot/request.h
    // (tn_run_mode_of); never ROM from a link that lacks TN_RIGHT_ROM. Returns 0 if the program
    // will reset once the answer is sent; TN_EINVAL for an unknown mode; TN_ENOTSUP.
    int (*reset)(void *ctx, uint32_t mode);
    void *ctx;
    const char *letters;       // uname letters, a subset of "snrvbmpio" in that order; then perhaps
                               // "d", the device's own number (SPEC.md)
    const char *const *words;  // words[i] belongs to letters[i]
    uint8_t mode;              // the strategy's number in the answer to bootloader info
};

extern const struct tn_smp_cmd tn_serve_os_cmds[5];
extern const struct tn_smp_err tn_serve_os_errs[2];

// For small loaders: echo, reset, params. Their reset enters no ROM, whatever the link's rights.
extern const struct tn_smp_cmd tn_serve_os_recovery_cmds[3];

// All commands: the five above, tasks, memory pools, date and time.
struct tn_serve_os_time_tasks {
    struct tn_serve_os os;
    const struct tn_os_time_tasks *time_tasks;  // NULL: none of them is supported
};

extern const struct tn_smp_cmd tn_serve_os_time_tasks_cmds[8];
extern const struct tn_smp_err tn_serve_os_time_tasks_errs[4];

// Rows for a server's table of groups. os: struct tn_serve_os; for TN_SERVE_OS_TIME_TASKS struct
// tn_serve_os_time_tasks.
#define TN_SERVE_OS(os)                                                                            \
    TN_SMP_GROUP(TN_SMP_OS, tn_serve_os_cmds, tn_serve_os_errs, NULL, NULL, (os))
#define TN_SERVE_OS_TIME_TASKS(os)                                                                 \
    TN_SMP_GROUP(                                                                                  \
            TN_SMP_OS, tn_serve_os_time_tasks_cmds, tn_serve_os_time_tasks_errs, NULL, NULL, (os))
#define TN_SERVE_OS_RECOVERY(os)                                                                   \
    {                                                                                              \
        TN_SMP_OS, TN_LEN(tn_serve_os_recovery_cmds), 0, tn_serve_os_recovery_cmds, NULL, NULL,    \
                NULL, (os)                                                                         \
    }

TN_C_END

#endif
