// SPDX-License-Identifier: Apache-2.0
// --log FILE: an audit trail. Each line is a JSON object that says when, by which version of the
// tool, on which device and with which file something was done. Lines of several processes never
// mix: each is appended by one write.
#define _GNU_SOURCE  // asprintf
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/version.h"
#include "cli.h"
#include "host/base/place.h"

// The time as in RFC 3339, in UTC, with milliseconds.
static json_t *time_now(void) {
    struct timeval now;
    char seconds[24];
    char text[48];

    gettimeofday(&now, NULL);
    time_t whole = now.tv_sec;
    const struct tm *tm = gmtime(&whole);  // this program has one thread that asks
    strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", tm);
    snprintf(text, sizeof(text), "%s.%03ldZ", seconds, (long)(now.tv_usec / 1000));
    return json_string(text);
}

// Every line names all that is known, so that a search for one device or file finds whole lines.
static json_t *object_of(const struct cli *cli, const char *event) {
    json_t *o = json_object();

    json_object_set_new(o, "time", time_now());
    json_object_set_new(o, "tenon", json_string(TN_VERSION));
    json_object_set_new(o, "pid", json_integer(getpid()));
    json_object_set_new(o, "command", json_string(cli->cmd->name));
    if (cli->port) {
        json_object_set_new(o, "port", json_string(cli->port));
    }
    if (cli->id[0]) {
        json_object_set_new(o, "id", json_string(cli->id));
    }
    if (cli->sent_file) {
        json_object_set_new(o, "file", json_string(cli->sent_file));
        json_object_set_new(o, "sha256", json_hex(cli->sent_sha, sizeof(cli->sent_sha)));
    }
    json_object_set_new(o, "event", json_string(event));
    return o;
}

// Appends the object and frees it.
static void append(struct trail *t, json_t *o) {
    char *text = json_dumps(o, JSON_COMPACT);
    char *line = NULL;
    int len = text ? asprintf(&line, "%s\n", text) : -1;

    if (len < 0 || write(t->fd, line, (unsigned)len) != len) {
        t->is_broken = true;
    }
    free(line);
    free(text);
    json_decref(o);
}

int trail_open(struct cli *cli) {
    const char *path = cli->value[OPT_LOG];

    if (!path) {
        return 0;
    }
    int fd = tn_place_append(path);
    if (fd < 0) {
        return tn_fail(&cli->fault, TN_FAULT_WRITE,
                "%s: cannot be written: %s; nothing was done, because --log requires a record",
                path, strerror(errno));
    }
    cli->trail = (struct trail){.fd = fd, .is_open = true};
    return 0;
}

void trail_event(const struct cli *cli, const char *event, const char *text) {
    struct trail *t = (struct trail *)(uintptr_t)&cli->trail;

    if (t->is_open) {
        json_t *o = object_of(cli, event);
        json_object_set_new(o, "text", json_string(text));
        append(t, o);
    }
}

int trail_close(struct cli *cli, int code) {
    struct trail *t = &cli->trail;

    if (!t->is_open) {
        return 0;
    }
    json_t *o = object_of(cli, "end");
    json_object_set_new(o, "exit_code", json_integer(code));
    append(t, o);
    bool is_broken = close(t->fd) != 0 || t->is_broken;
    t->is_open = false;
    return is_broken
            ? tn_fail(&cli->fault, TN_FAULT_WRITE,
                      "%s: lines of the record could not be written; is the disk full? What "
                      "the command did stays done",
                      cli->value[OPT_LOG])
            : 0;
}
