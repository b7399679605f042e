// SPDX-License-Identifier: Apache-2.0
// explain: prints a log in words. host/explain knows the formats of logs; this file prints.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "host/explain/explain.h"

struct telling {
    const struct cli *cli;
    json_t *findings;
};

// ---- Packets ---------------------------------------------------------------------------

static void emit_packet(const struct cli *cli, const struct tn_explained *p) {
    json_t *o = json_pack("{sisisssssssisisisisisbssso}", "number", (int)p->number, "line",
            (int)p->line, "direction", p->is_response ? "response" : "request", "group", p->group,
            "command", p->command, "group_id", (int)p->hdr.group, "command_id", (int)p->hdr.id,
            "op", (int)p->hdr.op, "sequence", (int)p->hdr.seq, "smp_version",
            (int)p->hdr.version + 1, "cut", p->is_cut, "text", p->text, "bytes",
            json_hex(p->pkt, p->len));

    if (*p->time) {
        json_object_set_new(o, "time", json_string(p->time));
    }
    if (p->answers) {
        json_object_set_new(o, "answers", json_integer((json_int_t)p->answers));
    }
    if (p->rc) {
        json_object_set_new(o, "rc", json_integer(p->rc));
        json_object_set_new(o, "rc_group", json_integer(p->rc_group));
    }
    emit(cli, "packet", o);
}

// Prints one line. If text has several lines, they go below it.
static void on_packet(void *ctx, const struct tn_explained *p) {
    const struct cli *cli = ((struct telling *)ctx)->cli;
    const char *text = *p->text ? p->text : p->is_response ? "ok" : "";
    bool one_line = strchr(text, '\n') == NULL;
    char answers[32] = "";

    if (cli->json) {
        emit_packet(cli, p);
        return;
    }
    if (p->is_response && p->answers) {
        snprintf(answers, sizeof(answers), " (answer to %u)", p->answers);
    } else if (p->is_response) {
        snprintf(answers, sizeof(answers), " (an answer)");
    }
    say(cli, "%4u  %s%s%s %s: %s%s%s%s%s", p->number, p->time, *p->time ? "  " : "",
            p->is_response ? "<-" : "->", p->group, p->command, answers, *text ? ": " : "",
            one_line ? text : "",
            p->is_cut && !strstr(text, "(cut off)") ? " (cut off in the log)" : "");
    while (!one_line && *text) {
        size_t n = strcspn(text, "\n");
        say(cli, "          %.*s", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

// ---- The verdict -----------------------------------------------------------------------

static void on_finding(void *ctx, const struct tn_finding *f) {
    static const char *const kinds[] = {"note", "warning", "fault"};
    struct telling *t = ctx;
    char where[48] = "";

    if (json_array_size(t->findings) == 0) {
        say(t->cli, "\nWhat is remarkable:");
    }
    json_array_append_new(t->findings,
            json_pack("{sssssisissss}", "kind", kinds[f->kind], "id", f->id, "packet",
                    (int)f->packet, "times", (int)f->times, "what", f->what, "advice", f->advice));
    if (f->packet) {
        snprintf(where, sizeof(where), " (packet %u%s)", f->packet,
                f->times > 1 ? " and others" : "");
    }
    say(t->cli, "  %s: %s%s", kinds[f->kind], f->what, where);
    if (*f->advice) {
        say(t->cli, "      -> %s", f->advice);
    }
}

static void tell_verdict(struct telling *t, const struct tn_verdict *v) {
    say(t->cli, "\nIn short: %s.", v->summary);
    if (*v->next) {
        say(t->cli, "What to do: %s.", v->next);
    }
    emit(t->cli, "verdict",
            json_pack("{sssssisisisisO}", "summary", v->summary, "next", v->next, "packets",
                    (int)v->packets, "codes", (int)v->codes, "faults", (int)v->faults, "warnings",
                    (int)v->warnings, "findings", t->findings));
}

// ---- Input -----------------------------------------------------------------------------

static int feed(struct cli *cli, struct tn_explain *e, FILE *in, const char *name) {
    char buf[16384];
    size_t n;

    while ((n = fread(buf, 1, sizeof(buf), in)) > 0) {
        tn_explain_feed(e, buf, n);
    }
    tn_explain_end_file(e);
    return ferror(in) ? tn_fail(&cli->fault, TN_FAULT_READ,
                                "%s: cannot be read: %s; check the path", name, strerror(errno))
                      : 0;
}

static int feed_file(struct cli *cli, struct tn_explain *e, const char *path) {
    if (strcmp(path, "-") == 0) {
        return feed(cli, e, stdin, "standard input");
    }
    FILE *in = fopen(path, "rb");
    if (!in) {
        return tn_fail(&cli->fault, TN_FAULT_READ, "%s: cannot be read: %s; check the path", path,
                strerror(errno));
    }
    int err = feed(cli, e, in, path);
    fclose(in);
    return err;
}

static int feed_all(struct cli *cli, struct tn_explain *e) {
    if (cli->nargs == 0 && isatty(STDIN_FILENO)) {
        note(cli, "reading a log from the terminal: paste it, then Ctrl-D");
    }
    if (cli->nargs == 0) {
        return feed_file(cli, e, "-");
    }
    for (int i = 0; i < cli->nargs; i++) {
        if (feed_file(cli, e, cli->args[i])) {
            return -1;
        }
    }
    return 0;
}

int cmd_explain(struct cli *cli) {
    struct telling t = {.cli = cli, .findings = json_array()};
    const struct tn_explain_out out = {.packet = on_packet, .finding = on_finding, .ctx = &t};
    struct tn_explain *e = tn_explain_new(&out);
    struct tn_verdict v;

    int err = e ? feed_all(cli, e) : tn_fail_memory(&cli->fault);
    if (!err) {
        tn_explain_end(e, &v);
        tell_verdict(&t, &v);
        if (v.packets == 0 && v.codes == 0) {
            err = tn_fail(&cli->fault, TN_FAULT_MALFORMED, "%s; %s", v.summary, v.next);
        }
    }
    tn_explain_free(e);
    json_decref(t.findings);
    return err;
}
