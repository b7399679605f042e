// SPDX-License-Identifier: Apache-2.0
// The functions of a program for the groups: a file, a setting, a shell, counters, tasks and a
// clock, all in memory.
#ifndef TN_TEST_FUZZ_GROUPS_H
#define TN_TEST_FUZZ_GROUPS_H

#include "serve/fs.h"
#include "serve/os.h"
#include "serve/settings.h"
#include "serve/shell.h"
#include "serve/stat.h"

extern const struct tn_os_time_tasks fuzz_os_time_tasks;
extern const struct tn_serve_stat fuzz_stat;
extern const struct tn_serve_settings fuzz_settings;
extern const struct tn_serve_fs fuzz_fs;
extern const struct tn_serve_shell fuzz_shell;

// Clears all of them.
void fuzz_groups_begin(void);

#endif
