// SPDX-License-Identifier: Apache-2.0
// The only place that decides what goes to which stream. Errors and warnings are lines on stderr in
// both modes, and with --json also objects on stdout, so that neither a person nor a program misses
// one.
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

// Appends the line to the file of --log.
static void record(const struct cli *cli, const char *event, const char *format, va_list args) {
    char text[600];

    if (cli->trail.is_open) {
        vsnprintf(text, sizeof(text), format, args);
        trail_event(cli, event, text);
    }
}

void say(const struct cli *cli, const char *format, ...) {
    va_list args;

    va_start(args, format);
    record(cli, "result", format, args);
    va_end(args);
    if (cli->json) {
        return;
    }
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

// Prints a line with a prefix.
static void to_stderr(const char *before, const char *format, va_list args) {
    fputs(before, stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void note(const struct cli *cli, const char *format, ...) {
    va_list args;

    va_start(args, format);
    record(cli, "note", format, args);
    va_end(args);
    if (!cli->quiet) {
        va_start(args, format);
        to_stderr("", format, args);
        va_end(args);
    }
}

void detail(const struct cli *cli, const char *format, ...) {
    va_list args;

    if (cli->given[OPT_VERBOSE]) {
        va_start(args, format);
        to_stderr("  ", format, args);
        va_end(args);
    }
}

void warn(const struct cli *cli, const char *format, ...) {
    va_list args;
    char text[400];

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fprintf(stderr, "%swarning:%s %s\n", cli->color ? "\x1b[33m" : "", cli->color ? "\x1b[0m" : "",
            text);
    trail_event(cli, "warning", text);
    emit(cli, "log", json_pack("{ssss}", "level", "warning", "message", text));
}

void emit(const struct cli *cli, const char *type, json_t *data) {
    if (!cli->json) {
        json_decref(data);
        return;
    }
    json_t *line = json_pack("{ss}", "type", type);
    if (line && cli->several && cli->port) {
        json_object_set_new(line, "port", json_string(cli->port));
        json_object_set_new(line, "id", json_string(cli->id));
    }
    json_object_set_new(line, "data", data ? data : json_object());
    if (line) {
        json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putchar('\n');
        fflush(stdout);
    }
    json_decref(line);
}

void complain(const struct cli *cli) {
    const struct tn_fault *f = &cli->fault;

    fprintf(stderr, "%serror:%s %s\n", cli->color ? "\x1b[31m" : "", cli->color ? "\x1b[0m" : "",
            f->text);
    trail_event(cli, "error", f->text);
    json_t *data = json_pack("{sssssi}", "error", exit_name(f->kind), "message", f->text,
            "exit_code", exit_code(f->kind));
    if (f->kind == TN_FAULT_REFUSED && f->rc) {
        if (f->group >= 0) {
            json_object_set_new(data, "group", json_integer(f->group));
        }
        json_object_set_new(data, "rc", json_integer(f->rc));
    }
    emit(cli, "error", data);
}

void hex_text(char *out, const uint8_t *p, size_t len) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15];
    }
    *out = 0;
}

json_t *json_hex(const uint8_t *p, size_t len) {
    char *text = malloc(2 * len + 1);
    if (!text) {
        return json_null();
    }
    hex_text(text, p, len);
    json_t *s = json_string(text);
    free(text);
    return s;
}
