// SPDX-License-Identifier: Apache-2.0
// Finds the ports on which SMP answers. A silent port takes its whole timeout, and a PC may have 32
// of them: how several are asked is the system's (find_fork.c, find_win.c).
#include <stdlib.h>
#include <string.h>

#include "find_priv.h"
#include "host/transport/ports.h"

#define PATIENCE "0.5"  // seconds for one answer, if --timeout is not given; the probe repeats it

// ---- Candidates ------------------------------------------------------------------------

// A port that the list has already is not added: patterns may overlap.
int found_add(struct found *list, const char *port, bool is_named, struct tn_fault *f) {
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->ports[i].name, port) == 0) {
            list->ports[i].is_named |= is_named;
            return 0;
        }
    }
    struct found_port *ports = realloc(list->ports, (list->n + 1) * sizeof(*ports));
    char *text = strdup(port);
    if (ports) {
        list->ports = ports;
    }
    if (!ports || !text) {
        free(text);
        return tn_fail_memory(f);
    }
    list->ports[list->n++] = (struct found_port){text, is_named};
    return 0;
}

// One word of $TENON_PORTS: a pattern of paths, or a port in any form.
static int add_word(struct found *list, const char *word, struct tn_fault *f) {
    return strpbrk(word, "*?[") ? add_pattern(list, word, f) : found_add(list, word, true, f);
}

static int add_words(struct found *list, const char *words, struct tn_fault *f) {
    char *text = strdup(words);
    char *rest;
    int err = text ? 0 : tn_fail_memory(f);

    for (char *w = text ? strtok_r(text, " \t\n", &rest) : NULL; w && !err;
            w = strtok_r(NULL, " \t\n", &rest)) {
        err = add_word(list, w, f);
    }
    free(text);
    return err;
}

static int candidates(struct found *list, struct tn_fault *f) {
    const char *words = getenv("TENON_PORTS");
    struct tn_port *ports;
    size_t n;
    int err = 0;

    if (words && *words) {
        return add_words(list, words, f);
    }
    if (tn_ports(&ports, &n, f)) {
        return -1;
    }
    for (size_t i = 0; i < n && !err; i++) {
        err = found_add(list, ports[i].path, false, f);
    }
    free(ports);
    return err;
}

// ---- Asking ----------------------------------------------------------------------------

static int answers(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault);
}

int ask_port(struct cli *cli, const char *port) {
    cli->value[OPT_TIMEOUT] = cli->given[OPT_TIMEOUT] ? cli->value[OPT_TIMEOUT] : PATIENCE;
    cli->value[OPT_LOG] = NULL;
    cli->port = cli->value[OPT_PORT] = port;
    int err = default_profile(cli) || with_device(cli, answers) ? -1 : 0;
    return err ? exit_code(cli->fault.kind) : 0;
}

static void append(char *text, size_t size, const char *name) {
    size_t at = strlen(text);

    snprintf(text + at, size - at, "%s%s", at ? ", " : "", name);
}

// Keeps the ports whose code is 0, in their order; with keeps_named the named ones, too.
static void collect(struct found *list, const int *codes, bool keeps_named) {
    size_t kept = 0;

    for (size_t i = 0; i < list->asked; i++) {
        struct found_port *p = &list->ports[i];
        int code = codes[i];
        append(list->tried, sizeof(list->tried), p->name);
        if (code == 0 || (keeps_named && p->is_named)) {
            list->ports[kept++] = *p;
            continue;
        }
        if (code == exit_code(TN_FAULT_BUSY)) {
            list->busy++;
            append(list->held, sizeof(list->held), p->name);
        }
        free(p->name);
    }
    list->n = kept;
}

// Before anything is asked: of two names for one port, the second would find it busy.
static int refuse_twice(struct cli *cli, const struct found *list) {
    const char **names = calloc(list->n + 1, sizeof(*names));

    if (!names) {
        return tn_fail_memory(&cli->fault);
    }
    for (size_t i = 0; i < list->n; i++) {
        names[i] = list->ports[i].name;
    }
    int err = is_port_twice(cli, names, list->n) ? -1 : 0;
    free(names);
    return err;
}

int find_ports(struct cli *cli, bool keeps_named, struct found *ret) {
    struct found list = {.ports = NULL};
    int err = candidates(&list, &cli->fault) || refuse_twice(cli, &list) ? -1 : 0;
    int *codes = calloc(list.n + 1, sizeof(*codes));

    if (!err && !codes) {
        err = tn_fail_memory(&cli->fault);
    }
    if (err) {
        found_free(&list);
        free(codes);
        return err;
    }
    list.asked = list.n;
    ask_ports(cli, &list, codes);
    collect(&list, codes, keeps_named);
    free(codes);
    *ret = list;
    return 0;
}

void found_free(struct found *f) {
    for (size_t i = 0; i < f->n; i++) {
        free(f->ports[i].name);
    }
    free(f->ports);
    f->ports = NULL;
    f->n = 0;
}
