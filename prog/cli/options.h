// SPDX-License-Identifier: Apache-2.0
// The option table, for what is made of it: help, man pages and completion.
#ifndef TN_CLI_OPTIONS_H
#define TN_CLI_OPTIONS_H

#include "../version.h"
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

// An option as a command takes it.
struct option_use {
    enum opt opt;
    char letter;  // 0: none, or another option of the command has it
};

// All options of a command, its own first. Returns how many; ret holds OPT_COUNT at least.
size_t options_of(const struct command *cmd, struct option_use *ret);

// What an option's value can be: words with a blank between, VALUE_FILE, VALUE_PORT, or "" if it
// is free.
#define VALUE_FILE "@file"
#define VALUE_PORT "@port"
const char *option_values(enum opt o);

#endif
