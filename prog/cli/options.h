// SPDX-License-Identifier: Apache-2.0
// The option table, for what is made of it: help now, man pages and completion later.
#ifndef TN_CLI_OPTIONS_H
#define TN_CLI_OPTIONS_H

#include "cli.h"

struct option_row {
    char letter;  // 0: none
    const char *name;
    const char *arg;  // what help calls its value; NULL: takes none
    const char *help;
};

extern const struct option_row option_rows[OPT_COUNT];

// Lists that OPT_END ends.
extern const uint8_t common_opts[];
extern const uint8_t port_opts[];

#endif
