// SPDX-License-Identifier: Apache-2.0
// The os group (0): echo, reset, params, info, bootloader info.
// Source: reference smp.md section 2.0.
#ifndef TN_SERVE_OS_H
#define TN_SERVE_OS_H

#include "boot/request.h"
#include "smp/server.h"

// The program's. Set all; const on a chip.
struct tn_serve_os {
    // Asked to reset: the program does it when the answer is sent.
    void (*reset)(void *ctx);
    void *ctx;
    const struct tn_retained *request;  // for `reset` into recovery; NULL: refused
    const char *letters;       // uname's, of the words that there are, in the order "snrvbmpio"
    const char *const *words;  // one for each letter
    uint8_t mode;  // the strategy's number, as bootloader info tells it
};

extern const struct tn_smp_cmd tn_serve_os_cmds[5];
extern const struct tn_smp_err tn_serve_os_errs[2];

// What a loader cannot do without: echo, reset, params.
extern const struct tn_smp_cmd tn_serve_os_few_cmds[3];

// Rows for a server's table of groups. os: struct tn_serve_os.
#define TN_SERVE_OS(os) {TN_SMP_OS, 5, 2, tn_serve_os_cmds, tn_serve_os_errs, (os)}
#define TN_SERVE_OS_FEW(os) {TN_SMP_OS, 3, 0, tn_serve_os_few_cmds, NULL, (os)}

#endif
