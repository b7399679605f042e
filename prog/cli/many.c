// SPDX-License-Identifier: Apache-2.0
// Each device gets a process, so that a slow one delays no other, and the code of a command knows
// one device only. The parent reads the children's output line by line. It never mixes two lines.
// How processes are made is the system's: many_fork.c, many_win.c.
//
// On a terminal every device has one line, which shows the newest text of its process. Results,
// warnings and errors scroll above these lines.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/place.h"
#include "many_priv.h"
#include "profile.h"

enum {
    LINE_FIRST = 256,
    LINE_MOST = 1 << 20,  // a longer line is printed in pieces
};

// ---- The terminal's lines --------------------------------------------------------------

static void block_clear(struct many *m) {
    if (m->drawn) {
        fprintf(stderr, "\x1b[%zuA\x1b[J", m->drawn);
        m->drawn = 0;
    }
}

void many_draw(struct many *m) {
    int width = (int)terminal_width() - 1;

    if (!m->has_block) {
        return;
    }
    block_clear(m);
    for (size_t i = 0; i < m->started; i++) {
        char line[SHOWN + 80];
        snprintf(line, sizeof(line), "%s: %s", m->jobs[i].port, m->jobs[i].newest);
        fprintf(stderr, "%.*s\n", width, line);
    }
    m->drawn = m->started;
}

static bool fits_terminal(size_t n) {
    return isatty(STDERR_FILENO) && n + 2 < terminal_rows();
}

// ---- Lines of the children -------------------------------------------------------------

static bool stays(const char *line) {
    return strstr(line, "warning:") || strstr(line, "error:");
}

static void on_line(struct many *m, struct job *j, bool is_result, const char *line) {
    bool is_object = is_result && m->cli->json;

    if (!is_object) {  // without the colours, which a cut could leave on
        tn_text_copy(j->newest, sizeof(j->newest),
                (struct tn_span){(const uint8_t *)line, strlen(line)});
    }
    if (m->has_block && !is_result && !stays(line)) {
        return;
    }
    block_clear(m);
    fprintf(is_result ? stdout : stderr, "%s%s%s\n", is_object ? "" : j->port,
            is_object ? "" : ": ", line);
    fflush(stdout);
}

// Makes room for at least one more byte and the end of the text. Returns false if the line must be
// printed as it is.
static bool grow(struct stream *s) {
    size_t size = s->size ? 2 * s->size : LINE_FIRST;
    char *text = s->len + 2 <= s->size ? s->text
            : size <= LINE_MOST        ? realloc(s->text, size)
                                       : NULL;

    if (!text) {
        return false;
    }
    s->size = s->len + 2 <= s->size ? s->size : size;
    s->text = text;
    return true;
}

void many_end_line(struct many *m, struct job *j, struct stream *s) {
    if (s->text) {
        s->text[s->len] = 0;
        on_line(m, j, s == &j->out, s->text);
    }
    s->len = 0;
}

void many_take(struct many *m, struct job *j, struct stream *s, const char *p, size_t n) {
    for (; n; p++, n--) {
        if (*p == '\n' || !grow(s)) {
            many_end_line(m, j, s);
        }
        if (*p != '\n' && grow(s)) {
            s->text[s->len++] = *p;
        }
    }
}

// ---- The summary -----------------------------------------------------------------------

static int summary(const struct many *m) {
    json_t *list = json_array();
    size_t done = 0;
    int worst = 0;
    char failed[400] = "";

    for (size_t i = 0; i < m->n; i++) {
        const struct job *j = &m->jobs[i];
        size_t at = strlen(failed);
        json_array_append_new(list, json_pack("{sssi}", "port", j->port, "exit_code", j->code));
        if (j->code == 0) {
            done++;
        } else {
            snprintf(failed + at, sizeof(failed) - at, "%s%s (%s)", at ? ", " : ": ", j->port,
                    exit_name_of(j->code));
        }
        worst = j->code > worst ? j->code : worst;
    }
    say(m->cli, "%zu device%s: %zu done, %zu failed%s", m->n, m->n == 1 ? "" : "s", done,
            m->n - done, failed);
    emit(m->cli, "summary",
            json_pack("{sIsIsIsiso}", "devices", (json_int_t)m->n, "done", (json_int_t)done,
                    "failed", (json_int_t)(m->n - done), "exit_code", worst, "results", list));
    return worst;
}

// Where a port leads: the terminal behind its links and its profile. ret has room for PATH_MAX.
static void target_of(const struct profiles *p, const char *port, char *ret) {
    const struct profile *named = is_profile_name(port) ? profile_find(p, port) : NULL;
    char path[PATH_MAX];

    port = named && named->value[OPT_PORT] ? named->value[OPT_PORT] : port;
    port = strncmp(port, "serial:", 7) == 0 ? port + 7 : port;
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(port, "@"), port);
    if (!tn_real_path(path, ret)) {
        snprintf(ret, PATH_MAX, "%s", port);
    }
}

bool is_port_twice(struct cli *cli, const char *const *ports, size_t n) {
    struct profiles p;
    struct tn_fault ignored;
    char a[PATH_MAX];
    char b[PATH_MAX];
    bool twice = false;

    if (n < 2 || profiles_read(&p, &ignored)) {
        return false;  // the command itself reports a broken file
    }
    for (size_t i = 0; i < n && !twice; i++) {
        target_of(&p, ports[i], a);
        for (size_t k = 0; k < i && !twice; k++) {
            target_of(&p, ports[k], b);
            twice = strcmp(a, b) == 0;
            if (twice) {
                tn_fail(&cli->fault, TN_FAULT_USAGE, "%s and %s are the same port; give it once",
                        ports[k], ports[i]);
            }
        }
    }
    profiles_free(&p);
    return twice;
}

int many_run(struct cli *cli, const char *const *ports, size_t n) {
    struct many m = {.cli = cli, .n = n, .jobs = calloc(n, sizeof(*m.jobs))};

    if (!m.jobs) {
        tn_fail_memory(&cli->fault);
        return cli_end(cli, -1);
    }
    for (size_t i = 0; i < n; i++) {
        m.jobs[i] = (struct job){.port = ports[i], .out = {.fd = -1}, .err = {.fd = -1}};
    }
    cli->several = true;
    m.has_block = !cli->quiet && !cli->json && fits_terminal(n);
    int err = many_processes(&m);
    block_clear(&m);
    cli->port = NULL;
    int worst = summary(&m);
    free(m.jobs);
    int own = cli_end(cli, err);
    return own > worst ? own : worst;
}
