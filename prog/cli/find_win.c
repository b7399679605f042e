// SPDX-License-Identifier: Apache-2.0
// Asks on one port after the other: each that is silent takes its timeout.
#include <stdlib.h>
#include <windows.h>

#include <shlwapi.h>

#include "find_priv.h"
#include "host/transport/ports.h"

// Ports are no files here: the pattern, such as COM*, is one of their names.
int add_pattern(struct found *list, const char *pattern, struct tn_fault *f) {
    struct tn_port *ports;
    size_t n;
    int err = 0;

    if (tn_ports(&ports, &n, f)) {
        return -1;
    }
    for (size_t i = 0; i < n && !err; i++) {
        if (PathMatchSpecA(ports[i].path, pattern)) {
            err = found_add(list, ports[i].path, false, f);
        }
    }
    free(ports);
    return err;
}

void ask_ports(struct cli *cli, const struct found *list, int *codes) {
    for (size_t i = 0; i < list->n; i++) {
        struct cli one = *cli;
        one.quiet = true;
        one.json = false;
        one.trail = (struct trail){.is_open = false};
        codes[i] = ask_port(&one, list->ports[i].name);
    }
}
