// SPDX-License-Identifier: Apache-2.0
// The sample application: does its work, reports it on the serial line, and accepts updates
// meanwhile, with the same server as the loader.
#ifndef TN_PROG_APP_H
#define TN_PROG_APP_H

#include "service/service.h"

struct tn_app {
    struct tn_service *service;
    struct tn_line *line;    // where it prints reports
    uint32_t (*work)(void);  // returns how much work is done so far
    // Called once per round, unless NULL: the program's own addition.
    void (*round)(void);
};

// Returns only by a reset.
void tn_app_run(const struct tn_app *app);

// The sample application with the board's serial line and its usual work. open: what takes
// encrypted uploads (update/update.h), or NULL. Returns only by a reset.
void tn_app_serial(const struct tn_board *board, void (*open)(struct tn_update *u, bool hash_only));

// The same in two parts, for a program that changes the service in between. tn_app_serve returns
// only by a reset.
void tn_app_open(const struct tn_board *board, void (*open)(struct tn_update *u, bool hash_only));
void tn_app_serve(void);

#endif
