// SPDX-License-Identifier: Apache-2.0
// Files by their names. Windows has its own way of each (place_win.c).
#ifndef TN_HOST_BASE_PLACE_H
#define TN_HOST_BASE_PLACE_H

#include <limits.h>
#include <stdbool.h>

#include "base/compiler.h"

TN_C_BEGIN

// Gives the whole file temp the name path, in the same folder, in one step. replaces: a file of
// that name is replaced; otherwise it makes the call fail. Returns 0, or -1 with errno; then temp
// stays.
int tn_place(const char *temp, const char *path, bool replaces);

// True if both names mean one regular file.
bool tn_is_same_file(const char *a, const char *b);

// The whole path without links, of at most PATH_MAX bytes. A port has none on Windows: its name
// stays. Returns false with errno if there is no such file.
bool tn_real_path(const char *path, char *ret);

TN_C_END

#endif
