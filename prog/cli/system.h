// SPDX-License-Identifier: Apache-2.0
// What the program wants of the operating system, and Windows does its own way (system_win.c).
#ifndef TN_CLI_SYSTEM_H
#define TN_CLI_SYSTEM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

// The first call of main.
void system_begin(void);

// From here on Ctrl-C sets a flag, which sessions heed, instead of ending the program: the work
// ends in order, with a line and exit code 130. A second Ctrl-C ends the program at once.
void catch_stop(void);
bool is_stopped(void);
const volatile sig_atomic_t *stop_flag(void);

// Columns of the terminal on stderr; 80 if it does not tell.
unsigned terminal_width(void);
unsigned terminal_rows(void);  // 0 if it does not tell

// Does the path mean the same file in every folder?
bool is_whole_path(const char *path);

// The file of profiles, with / between its folders. Returns false if the environment names no
// folder.
bool profiles_path(char *ret, size_t size);

#endif
