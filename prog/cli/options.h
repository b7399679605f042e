// SPDX-License-Identifier: Apache-2.0
// The option table, for the code that uses it: help, man pages and completion.
#ifndef TN_CLI_OPTIONS_H
#define TN_CLI_OPTIONS_H

#include "base/version.h"
#include "cli.h"

struct option_row {
    char letter;  // 0: none
    const char *name;
    const char *arg;  // the name of its value in help; NULL: takes none
    const char *help;
};

extern const struct option_row option_rows[OPT_COUNT];

// Lists that end with OPT_END.
extern const uint8_t common_opts[];
extern const uint8_t port_opts[];

// An option as a command accepts it.
struct option_use {
    enum opt opt;
    char letter;  // 0: none, or another option of the command uses it
};

// All options of a command, its own first. Returns their number. ret has room for OPT_COUNT.
size_t options_of(const struct command *cmd, struct option_use *ret);

// What an option's value can be: words separated by blanks, VALUE_FILE, VALUE_PORT, or "" for any
// text.
#define VALUE_FILE "@file"
#define VALUE_PORT "@port"
const char *option_values(enum opt o);

#endif
