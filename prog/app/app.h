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

#endif
