// SPDX-License-Identifier: Apache-2.0
// A process per device: this program again, with the same options and one --port. Two threads read
// what it writes. Ctrl-C reaches all processes of a console by itself.
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "many_priv.h"
#include "options.h"

enum { COMMAND_MAX = 32767 };  // of CreateProcess

struct reader {
    struct many *m;
    struct job *j;
    struct stream *s;
    HANDLE pipe;
};

static CRITICAL_SECTION printing;  // one line at a time

// ---- The command line ------------------------------------------------------------------

struct command_line {
    char text[COMMAND_MAX + 1];
    size_t len;
    bool is_full;
};

static void put(struct command_line *c, const char *text, size_t n) {
    if (c->len + n > COMMAND_MAX) {
        c->is_full = true;
        return;
    }
    memcpy(c->text + c->len, text, n);
    c->len += n;
    c->text[c->len] = 0;
}

static void put_many(struct command_line *c, char byte, size_t n) {
    for (; n; n--) {
        put(c, &byte, 1);
    }
}

// Adds an argument, in quotes. Backslashes in front of a quote are doubled, others are not
// (Microsoft, "Parsing C command-line arguments").
static void put_arg(struct command_line *c, const char *arg) {
    put(c, " \"" + (c->len == 0), c->len ? 2 : 1);
    for (;;) {
        size_t slashes = strspn(arg, "\\");
        arg += slashes;
        if (*arg == 0) {
            put_many(c, '\\', 2 * slashes);
            break;
        }
        put_many(c, '\\', *arg == '"' ? 2 * slashes + 1 : slashes);
        put(c, arg++, 1);
    }
    put(c, "\"", 1);
}

static void put_option(struct command_line *c, const struct cli *cli, enum opt o) {
    char text[1100];

    for (int i = 0; i < cli->given[o] && !cli->value[o]; i++) {
        snprintf(text, sizeof(text), "--%s", option_rows[o].name);
        put_arg(c, text);
    }
    if (cli->given[o] && cli->value[o]) {
        snprintf(text, sizeof(text), "--%s", option_rows[o].name);
        put_arg(c, text);
        put_arg(c, cli->value[o]);
    }
}

static void put_words(struct command_line *c, const char *words) {
    char word[40];

    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        snprintf(word, sizeof(word), "%.*s", (int)n, words);
        put_arg(c, word);
    }
}

// This program's call, for one port. Returns false if Windows has no room for it.
static bool build(struct command_line *c, const struct cli *cli, const char *port) {
    char self[MAX_PATH];
    struct option_use uses[OPT_COUNT];
    size_t n = options_of(cli->cmd, uses);
    DWORD len = GetModuleFileNameA(NULL, self, sizeof(self));

    c->len = 0;
    c->is_full = len == 0 || len >= sizeof(self);
    put_arg(c, self);
    put_words(c, cli->cmd->name);
    for (size_t i = 0; i < n; i++) {
        if (uses[i].opt != OPT_PORT && uses[i].opt != OPT_ALL) {
            put_option(c, cli, uses[i].opt);
        }
    }
    put_arg(c, "--port");
    put_arg(c, port);
    put_arg(c, "--");
    for (int i = 0; i < cli->nargs; i++) {
        put_arg(c, cli->args[i]);
    }
    return !c->is_full;
}

// ---- A process and its readers ---------------------------------------------------------

static DWORD WINAPI read_stream(LPVOID arg) {
    struct reader *r = arg;
    char bytes[4096];
    DWORD n;

    while (ReadFile(r->pipe, bytes, sizeof(bytes), &n, NULL) && n) {
        EnterCriticalSection(&printing);
        many_take(r->m, r->j, r->s, bytes, n);
        many_draw(r->m);
        LeaveCriticalSection(&printing);
    }
    EnterCriticalSection(&printing);
    if (r->s->len) {
        many_end_line(r->m, r->j, r->s);
    }
    LeaveCriticalSection(&printing);
    free(r->s->text);
    r->s->text = NULL;
    CloseHandle(r->pipe);
    return 0;
}

// What one thread per job works with.
struct work {
    struct many *m;
    struct job *j;
    HANDLE thread;
    HANDLE process;
    struct reader out, err;
};

// A pipe whose writing end the child inherits.
static bool make_pipe(HANDLE *ret_read, HANDLE *ret_write) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};

    return CreatePipe(ret_read, ret_write, &inherited, 0) &&
            SetHandleInformation(*ret_read, HANDLE_FLAG_INHERIT, 0);
}

static bool start_process(struct work *w, char *line) {
    STARTUPINFOA info = {.cb = sizeof(info), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION p;

    if (!make_pipe(&w->out.pipe, &info.hStdOutput) || !make_pipe(&w->err.pipe, &info.hStdError)) {
        return false;
    }
    bool done = CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &info, &p) != 0;
    CloseHandle(info.hStdOutput);
    CloseHandle(info.hStdError);
    if (done) {
        CloseHandle(p.hThread);
        w->process = p.hProcess;
    }
    return done;
}

// Reads both streams to their ends, and takes the process's code.
static DWORD WINAPI attend(LPVOID arg) {
    struct work *w = arg;
    DWORD code = 1;

    HANDLE errors = CreateThread(NULL, 0, read_stream, &w->err, 0, NULL);
    read_stream(&w->out);
    WaitForSingleObject(errors, INFINITE);
    CloseHandle(errors);
    WaitForSingleObject(w->process, INFINITE);
    GetExitCodeProcess(w->process, &code);
    CloseHandle(w->process);
    // A process that a second Ctrl-C ended has STATUS_CONTROL_C_EXIT.
    w->j->code = code == 0xc000013a ? exit_code(TN_FAULT_INTERRUPTED) : (int)code;
    w->j->is_done = true;
    return 0;
}

static int start(struct many *m, struct work *w, struct job *j) {
    static struct command_line line;

    *w = (struct work){.m = m, .j = j, .out = {m, j, &j->out, NULL}, .err = {m, j, &j->err, NULL}};
    // Pipes are inherited by every process that starts while they are open: one after the other.
    if (!build(&line, m->cli, j->port) || !start_process(w, line.text)) {
        return tn_fail(&m->cli->fault, TN_FAULT_INTERNAL, "%s: cannot start its process: error %u",
                j->port, (unsigned)GetLastError());
    }
    w->thread = CreateThread(NULL, 0, attend, w, 0, NULL);
    return w->thread ? 0 : tn_fail_memory(&m->cli->fault);
}

// ---- All of them -----------------------------------------------------------------------

// Waits until at most n processes are at work.
static void wait_until(struct work **busy, size_t *nbusy, size_t n) {
    HANDLE threads[MANY_AT_ONCE];

    while (*nbusy > n) {
        for (size_t i = 0; i < *nbusy; i++) {
            threads[i] = busy[i]->thread;
        }
        DWORD which = WaitForMultipleObjects((DWORD)*nbusy, threads, FALSE, INFINITE);
        size_t i = which - WAIT_OBJECT_0;
        if (i >= *nbusy) {
            return;
        }
        CloseHandle(threads[i]);
        busy[i] = busy[--*nbusy];
    }
}

int many_processes(struct many *m) {
    struct work *all = calloc(m->n, sizeof(*all));
    struct work *busy[MANY_AT_ONCE];
    size_t nbusy = 0;
    int err = all ? 0 : tn_fail_memory(&m->cli->fault);

    catch_stop();
    InitializeCriticalSection(&printing);
    _putenv("TENON_ALL=");  // what the processes inherit says nothing else than their arguments
    for (size_t i = 0; i < m->n && !err; i++) {
        wait_until(busy, &nbusy, MANY_AT_ONCE - 1);
        if (is_stopped()) {
            break;
        }
        err = start(m, &all[i], &m->jobs[i]);
        if (!err) {
            busy[nbusy++] = &all[i];
            EnterCriticalSection(&printing);
            m->started++;
            LeaveCriticalSection(&printing);
        }
    }
    wait_until(busy, &nbusy, 0);
    for (size_t i = 0; i < m->n; i++) {
        m->jobs[i].code = m->jobs[i].is_done ? m->jobs[i].code : exit_code(TN_FAULT_INTERRUPTED);
    }
    DeleteCriticalSection(&printing);
    free(all);
    return err;
}
