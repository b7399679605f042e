// SPDX-License-Identifier: Apache-2.0
// What find.c and the system's part of it share (find_fork.c, find_win.c).
#ifndef TN_CLI_FIND_PRIV_H
#define TN_CLI_FIND_PRIV_H

#include "many.h"

// Adds a port; one that the list has already is not added, since patterns may overlap.
int found_add(struct found *list, const char *port, bool is_named, struct tn_fault *f);

// Asks on one port, and changes cli. Returns an exit code: 0 if SMP answers.
int ask_port(struct cli *cli, const char *port);

// ---- The system's ----------------------------------------------------------------------

// Adds the ports that match the pattern, if there are any.
int add_pattern(struct found *list, const char *pattern, struct tn_fault *f);

// Asks on every port of the list, and prints nothing. codes gets ask_port's result for each.
void ask_ports(struct cli *cli, const struct found *list, int *codes);

#endif
