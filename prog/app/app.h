// SPDX-License-Identifier: Apache-2.0
// The sample application: does its work, says so on the serial line, and takes updates
// meanwhile with the server that the loader has too.
#ifndef TN_PROG_APP_H
#define TN_PROG_APP_H

#include "service/service.h"

struct tn_app {
    struct tn_service *service;
    struct tn_line *line;    // where it reports
    uint32_t (*work)(void);  // how much it has done so far
    // Called once per round, where not NULL: what a program adds of its own.
    void (*round)(void);
};

// Never returns but by a reset.
void tn_app_run(const struct tn_app *app);

#endif
