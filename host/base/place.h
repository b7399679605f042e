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

// Open a file for bytes, which no program that this one starts inherits. Return a descriptor for
// write and close, or -1 with errno.
//
// tn_place_new: an empty file, in the place of one that exists. is_private: only its owner may read
// it; on Windows the folder's rights apply.
int tn_place_new(const char *path, bool is_private);
// A device or a pipe, or a file that exists.
int tn_place_existing(const char *path);
// Makes the file if needed. Each write goes behind what all programs have written, in one piece. Is
// not stopped by a pipe without a reader.
int tn_place_append(const char *path);
// Makes the file if needed, and waits until no other program has it open by this call; close ends
// the lock.
int tn_place_lock(const char *path);

// Makes a folder, which only its owner may enter. Returns 0, also if it exists, or -1 with errno.
int tn_place_folder(const char *path);

// True if both names mean one regular file.
bool tn_is_same_file(const char *a, const char *b);

// The whole path without links, of at most PATH_MAX bytes. A port has none on Windows: its name
// stays. Returns false with errno if there is no such file.
bool tn_real_path(const char *path, char *ret);

TN_C_END

#endif
