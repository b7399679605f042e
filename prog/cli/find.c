// SPDX-License-Identifier: Apache-2.0
// Finds the ports on which SMP answers. Each candidate is asked by a process of its own, since a
// silent port takes its whole timeout, and a PC may have 32 of them.
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/transport/ports.h"
#include "many.h"

#define PATIENCE "0.5"  // seconds for one answer, if --timeout is not given; the probe repeats it

// ---- Candidates ------------------------------------------------------------------------

// A port that the list has already is not added: patterns may overlap.
static int add(struct found *list, const char *port, bool is_named, struct tn_fault *f) {
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
    glob_t g;
    int err = 0;

    if (!strpbrk(word, "*?[")) {
        return add(list, word, true, f);
    }
    if (glob(word, 0, NULL, &g) != 0) {
        return 0;  // no such path now
    }
    for (size_t i = 0; i < g.gl_pathc && !err; i++) {
        err = add(list, g.gl_pathv[i], false, f);
    }
    globfree(&g);
    return err;
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
        err = add(list, ports[i].path, false, f);
    }
    free(ports);
    return err;
}

// ---- Asking ----------------------------------------------------------------------------

static int answers(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault);
}

static pid_t ask(struct cli *cli, const char *port) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    cli->value[OPT_TIMEOUT] = cli->given[OPT_TIMEOUT] ? cli->value[OPT_TIMEOUT] : PATIENCE;
    cli->value[OPT_LOG] = NULL;
    cli->port = cli->value[OPT_PORT] = port;
    int err = default_profile(cli) || with_device(cli, answers) ? -1 : 0;
    _exit(err ? exit_code(cli->fault.kind) : 0);
}

static void append(char *text, size_t size, const char *name) {
    size_t at = strlen(text);

    snprintf(text + at, size - at, "%s%s", at ? ", " : "", name);
}

// Keeps the ports whose process ended with 0, in their order; with keeps_named the named ones, too.
static void collect(struct found *list, const pid_t *pids, bool keeps_named) {
    size_t kept = 0;

    for (size_t i = 0; i < list->asked; i++) {
        struct found_port *p = &list->ports[i];
        int status = 0;
        waitpid(pids[i], &status, 0);
        int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
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

int find_ports(struct cli *cli, bool keeps_named, struct found *ret) {
    struct found list = {.ports = NULL};
    int err = candidates(&list, &cli->fault);
    pid_t *pids = calloc(list.n + 1, sizeof(*pids));

    if (!err && !pids) {
        err = tn_fail_memory(&cli->fault);
    }
    if (err) {
        found_free(&list);
        free(pids);
        return err;
    }
    list.asked = list.n;
    for (size_t i = 0; i < list.n; i++) {
        pids[i] = ask(cli, list.ports[i].name);
    }
    collect(&list, pids, keeps_named);
    free(pids);
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
