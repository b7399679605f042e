// SPDX-License-Identifier: Apache-2.0
// Functions of the simulated program for the groups that reach it: files in a folder of the PC,
// settings, counters, a clock, a few shell commands.
#ifndef TN_SIM_THINGS_H
#define TN_SIM_THINGS_H

#include "board.h"
#include "serve/fs.h"
#include "serve/os.h"
#include "serve/settings.h"
#include "serve/shell.h"
#include "serve/stat.h"

// folder: holds the files, and the settings in FOLDER/settings; must live on. NULL: no files, and
// settings are lost at a reset.
void tn_sim_things_begin(const char *folder, const struct tn_board *board);

// Counts a round of the program.
void tn_sim_things_round(void);

// Fills in the functions for files. Each link has its own struct, for a hash under way.
void tn_sim_files(struct tn_serve_fs *fs);

extern const struct tn_os_time_tasks tn_sim_os;
extern const struct tn_serve_settings tn_sim_settings;
extern const struct tn_serve_shell tn_sim_shell;
extern const struct tn_serve_stat tn_sim_stat;

#endif
