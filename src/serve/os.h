// SPDX-License-Identifier: Apache-2.0
// The os group (0): echo, reset, params, info, bootloader info.
// Source: reference smp.md section 2.0.
#ifndef TN_SERVE_OS_H
#define TN_SERVE_OS_H

#include "smp/server.h"

// The program's. Set all; const on a chip.
struct tn_serve_os {
    // Asked to reset; mode 0 is a plain reset, 1 asks for recovery (boot_mode of smp.md 2.0). 0: the
    // program will, when the answer is sent. TN_EINVAL: there is no such mode; TN_ENOTSUP.
    int (*reset)(void *ctx, uint32_t mode);
    void *ctx;
    const char *letters;       // uname's, of the words that there are, in the order "snrvbmpio"
    const char *const *words;  // one for each letter
    uint8_t mode;              // the strategy's number, as bootloader info tells it
};

extern const struct tn_smp_cmd tn_serve_os_cmds[5];
extern const struct tn_smp_err tn_serve_os_errs[2];

// What an update needs: reset, params.
extern const struct tn_smp_cmd tn_serve_os_few_cmds[2];

// Rows for a server's table of groups. os: struct tn_serve_os.
#define TN_SERVE_OS(os)                                                                            \
    { TN_SMP_OS, 5, 2, tn_serve_os_cmds, tn_serve_os_errs, NULL, (os) }
#define TN_SERVE_OS_FEW(os)                                                                        \
    { TN_SMP_OS, 2, 0, tn_serve_os_few_cmds, NULL, NULL, (os) }

#endif
