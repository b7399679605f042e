// SPDX-License-Identifier: Apache-2.0
// This machine's processes, from proc(5). What the user may not see, such as another user's open
// files, is not reported.
#ifndef TN_HOST_BASE_PROCESS_H
#define TN_HOST_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

TN_C_BEGIN

// root: "" for this machine; a test gives a folder with a proc of its own. pid: as in /proc.

// The name of a process's program; "" if it is not known.
void tn_process_name(const char *root, const char *pid, char *ret, size_t size);

// Does the process have this file open? path is an absolute path without links.
bool tn_process_holds(const char *root, const char *pid, const char *path);

// Calls seen for each process until it returns true. Returns whether it did.
bool tn_process_each(const char *root, bool (*seen)(const char *pid, void *ctx), void *ctx);

// Finds another process that holds a serial port. real: the port's path without links. Returns
// false if there is none that the user may see. ret_pid has room for 16 characters.
bool tn_process_at_port(
        const char *root, const char *real, char *ret_name, size_t size, char *ret_pid);

TN_C_END

#endif
