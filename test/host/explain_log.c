// SPDX-License-Identifier: Apache-2.0
#include "explain_log.h"

#include <stdio.h>

struct result got;
char log_text[MAX_TEXT];

static void on_packet(void *ctx, const struct tn_explained *p) {
    struct result *r = ctx;
    size_t n = strlen(r->text);

    if (r->npackets < MAX_PACKETS) {
        r->packets[r->npackets] = *p;
        memcpy(r->bytes[r->npackets++], p->pkt, p->len < MAX_PACKET ? p->len : MAX_PACKET);
    }
    snprintf(r->text + n, sizeof(r->text) - n, "%u %s %s: %s\n", p->number, p->group, p->command,
            p->text);
}

static void on_finding(void *ctx, const struct tn_finding *f) {
    struct result *r = ctx;
    size_t n = strlen(r->findings);

    snprintf(r->findings + n, sizeof(r->findings) - n, "%d %s %u: %s -> %s\n", (int)f->kind, f->id,
            f->packet, f->what, f->advice);
}

void explain_by(const void *log, size_t len, size_t step) {
    struct result *r = &got;
    const struct tn_explain_out out = {on_packet, on_finding, r};
    struct tn_explain *e = tn_explain_new(&out);

    memset(r, 0, sizeof(*r));
    CHECK(e != NULL);
    for (size_t i = 0; i < len; i += step) {
        tn_explain_feed(e, (const uint8_t *)log + i, len - i < step ? len - i : step);
    }
    tn_explain_end(e, &r->verdict);
    snprintf(r->summary, sizeof(r->summary), "%s", r->verdict.summary);
    snprintf(r->next, sizeof(r->next), "%s", r->verdict.next);
    tn_explain_free(e);
}

void explain(const void *log, size_t len) {
    explain_by(log, len, len ? len : 1);
}

void explain_text(const char *log) {
    explain(log, strlen(log));
}

void has(const char *all, const char *part) {
    if (!strstr(all, part)) {
        fprintf(stderr, "missing: %s\nin:\n%s\n", part, all);
    }
    CHECK(strstr(all, part) != NULL);
}

void lacks(const char *all, const char *part) {
    if (strstr(all, part)) {
        fprintf(stderr, "should not be there: %s\nin:\n%s\n", part, all);
    }
    CHECK(strstr(all, part) == NULL);
}

void add(const char *format, ...) {
    size_t n = strlen(log_text);
    va_list args;
    va_start(args, format);
    vsnprintf(log_text + n, sizeof(log_text) - n, format, args);
    va_end(args);
}

void add_hex(const uint8_t *p, size_t len, const char *separator, const char *format) {
    for (size_t i = 0; i < len; i++) {
        add("%s", i ? separator : "");
        add(format, p[i]);
    }
}
