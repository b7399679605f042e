// SPDX-License-Identifier: Apache-2.0
// The shell group (9): runs a line in the program's own command interpreter.
// Source: Zephyr, Shell management (smp_group_9).
#ifndef TN_SERVE_SHELL_H
#define TN_SERVE_SHELL_H

#include "base/compiler.h"
#include "smp/server.h"

TN_C_BEGIN

enum {
    TN_SHELL_LINE_MAX = 127,  // bytes of a command with its arguments, joined by blanks
    TN_SHELL_OUTPUT_MAX = 256,
};

// Supplied by the program. Const on a chip.
struct tn_serve_shell {
    // Runs a line that ends in a 0. Writes at most size bytes of output to out, and their number to
    // ret_len. Returns the value that the client gets as ret. May not block.
    int (*exec)(void *ctx, const char *line, char *out, size_t size, size_t *ret_len);
    void *ctx;
};

extern const struct tn_smp_cmd tn_serve_shell_cmds[1];
extern const struct tn_smp_err tn_serve_shell_errs[2];

// A row for a server's table of groups. s: struct tn_serve_shell. With this row, anybody on the
// link can run the interpreter's commands.
#define TN_SERVE_SHELL(s)                                                                          \
    TN_SMP_GROUP(TN_SMP_SHELL, tn_serve_shell_cmds, tn_serve_shell_errs, NULL, NULL, (void *)(s))

TN_C_END

#endif
