// SPDX-License-Identifier: Apache-2.0
// One command on several devices at once: a process for each port.
#ifndef TN_CLI_MANY_H
#define TN_CLI_MANY_H

#include "cli.h"

// The processes that run at the same time, at most.
enum { MANY_AT_ONCE = 64 };

// True if two of the ports lead to the same serial line; sets cli->fault.
bool is_port_twice(struct cli *cli, const char *const *ports, size_t n);

// Runs the command once per port, prints each line of text behind its port, and at the end a
// summary. Returns the exit code: 0 if all are done, else the largest.
int many_run(struct cli *cli, const char *const *ports, size_t n);

// ---- find.c ----------------------------------------------------------------------------

// Ports on which SMP answers.
struct found_port {
    char *name;
    bool is_named;  // by $TENON_PORTS itself, not by a pattern
};

struct found {
    struct found_port *ports;
    size_t n;
    size_t asked;     // ports that were tried
    size_t busy;      // of these, in use by another program and left out
    char tried[200];  // their names
    char held[200];   // the names of the busy ones
};

// Asks on every candidate at once: the ports of $TENON_PORTS (separated by blanks: patterns such as
// /dev/ttyACM*, profiles, and ports in any form), or else all serial ports of this machine.
// keeps_named: ports that are named there stay in the list although they do not answer. Free ret
// with found_free.
int find_ports(struct cli *cli, bool keeps_named, struct found *ret);
void found_free(struct found *f);

#endif
