// SPDX-License-Identifier: Apache-2.0
// Joins the bytes that are fed to whole lines. A file that begins like a packet and not like text
// is read as packets.
#include "host/explain/explain.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "host/explain/explain_priv.h"

enum { TEXT_SIZE = 4096 };

struct tn_explain {
    struct tn_explain_out out;
    struct lines lines;
    struct join join;
    unsigned packets, line;
    uint8_t ops[256];                    // of iOS's requests, by their sequence number
    unsigned char head[TN_SMP_HDR_LEN];  // the first bytes of the file, which show its kind
    size_t nhead;
    bool began;   // the kind is known
    bool binary;  // the file holds packets, not text
    size_t len;
    struct facts facts;  // the last member that a restart sets to zero, but for its findings

    char summary[FINDING_TEXT];
    char text[TEXT_SIZE];
    char buf[LINE_MAX_LEN + 1];
};

// ---- Packets ---------------------------------------------------------------------------

static void tell_packet(struct tn_explain *e, struct tn_explained *x, const struct tn_reply *r) {
    char names[48];
    struct tn_cbor_in body;
    struct text t;

    struct names n = tn_explain_words_names(&x->hdr, names, sizeof(names));
    x->group = n.group;
    x->command = n.command;
    tn_cbor_in_init(&body, x->pkt + TN_SMP_HDR_LEN, x->len - TN_SMP_HDR_LEN);
    tn_explain_text_begin(&t, e->text, sizeof(e->text));
    struct item item;
    if (!x->is_response && x->hdr.op == TN_SMP_WRITE && x->hdr.group == TN_SMP_IMAGE &&
            x->hdr.id == TN_IMG_STATE) {
        bool confirm = tn_explain_body_member(body, "confirm", &item) && item.info == 21;
        x->command = confirm ? "confirm an image" : "test an image";
    }
    if (r && r->rc) {
        tn_explain_body_error(&t, r);
        x->rc = (int)r->rc;
        x->rc_group = (int)r->group;
    } else {
        tn_explain_body_text(&t, &x->hdr, body);
    }
    if (x->is_cut && t.len == 0) {
        tn_explain_text_add(&t, "(cut off)");
    }
    x->text = e->text;
    e->out.packet(e->out.ctx, x);
}

static void on_packet(void *ctx, const uint8_t *pkt, size_t len, bool is_cut) {
    struct tn_explain *e = ctx;
    struct tn_explained x = {.number = ++e->packets,
            .line = e->line,
            .time = e->lines.time,
            .is_cut = is_cut,
            .rc_group = -1,
            .pkt = pkt,
            .len = len};
    struct tn_cbor_in body;
    struct tn_reply r;

    tn_smp_hdr_get(&x.hdr, pkt, len);
    x.is_response = x.hdr.op & 1;
    tn_cbor_in_init(&body, pkt + TN_SMP_HDR_LEN, len - TN_SMP_HDR_LEN);
    bool is_read = x.is_response && tn_reply_get(&r, pkt, len) == 0;
    if (x.is_response) {
        x.answers =
                tn_explain_facts_response(&e->facts, x.number, &x.hdr, body, is_read ? &r : NULL);
    } else {
        tn_explain_facts_request(&e->facts, x.number, &x.hdr, body, is_cut ? 0 : len);
    }
    tell_packet(e, &x, is_read ? &r : NULL);
}

// ---- Lines -----------------------------------------------------------------------------

// Packets that a log shows as text. The digits in them are no packet.
static bool take_text_packet(struct tn_explain *e, const char *line, size_t len, bool ios) {
    struct piece p = {.is_json = true, .p = e->lines.bytes, .form = 1};

    p.len = ios ? tn_explain_ios_packet(line, e->ops, e->lines.bytes, PIECE_MAX)
                : tn_explain_json_packet(line, e->lines.bytes, PIECE_MAX);
    if (p.len) {
        tn_explain_lines_time(&e->lines, line, len);
        tn_explain_join_piece(&e->join, &p);
    }
    return p.len > 0;
}

// Bytes of a device may be its shell's text.
static void take_device_text(struct tn_explain *e, const struct piece *p) {
    char text[160];
    size_t n = p->len < sizeof(text) - 1 ? p->len : sizeof(text) - 1;
    size_t begin = 0;

    for (size_t i = 0; i < n; i++) {
        text[i] = (char)p->p[i];
        begin = text[i] == '\n' && i + 1 < n ? i + 1 : begin;
    }
    text[n] = 0;
    tn_explain_codes_take(&e->facts, text + begin, n - begin);
}

static void take_line(struct tn_explain *e, char *line, size_t len) {
    struct piece p;

    while (len && (line[len - 1] == '\r' || line[len - 1] == ' ')) {
        len--;
    }
    line[len] = 0;
    if (take_text_packet(e, line, len, true)) {
        return;
    }
    if (tn_explain_lines_take(&e->lines, line, len, &p)) {
        if (p.way != WAY_SENT) {
            take_device_text(e, &p);
        }
        tn_explain_join_piece(&e->join, &p);
    } else if (!take_text_packet(e, line, len, false)) {
        tn_explain_codes_take(&e->facts, line, len);
    }
}

// Some logs print the newlines of a dump as \n.
static void end_line(struct tn_explain *e) {
    char *p = e->buf;
    char *end = e->buf + e->len;

    *end = 0;
    e->line++;
    bool splits = !tn_explain_has_python(p, e->len);
    for (char *at; splits && (at = strstr(p, "\\n0")) != NULL && strlen(p) == (size_t)(end - p);
            p = at + 2) {
        take_line(e, p, (size_t)(at - p));
    }
    take_line(e, p, (size_t)(end - p));
    e->len = 0;
}

// Is this a file of packets? No text begins with a header's flags of 0.
static bool is_binary(const unsigned char *p, size_t len) {
    return len >= TN_SMP_HDR_LEN && (p[0] & 0xe4) == 0 && p[1] == 0;
}

void tn_explain_restart(struct tn_explain *e, const struct tn_explain_out *out) {
    const size_t stream = PACKET_SIZE + FRAME_SIZE;

    memset(e, 0, offsetof(struct tn_explain, facts) + offsetof(struct facts, findings));
    e->lines.bytes = (uint8_t *)(e + 1);
    for (size_t i = 0; i < WAYS; i++) {
        e->join.streams[i].buf = e->lines.bytes + PIECE_MAX + i * stream;
        e->join.streams[i].frame = e->join.streams[i].buf + PACKET_SIZE;
    }
    e->out = *out;
    e->join.packet = on_packet;
    e->join.ctx = e;
}

// One block: the buffers lie behind the struct. They are large and mostly unused, so they are not
// set to zero.
struct tn_explain *tn_explain_new(const struct tn_explain_out *out) {
    struct tn_explain *e = malloc(sizeof(*e) + PIECE_MAX + WAYS * (PACKET_SIZE + FRAME_SIZE));

    if (e) {
        tn_explain_restart(e, out);
    }
    return e;
}

static void take(struct tn_explain *e, const void *log, size_t len) {
    const char *p = log;

    while (len && !e->binary) {
        const char *end = memchr(p, '\n', len);
        size_t n = end ? (size_t)(end - p) : len;
        size_t room = LINE_MAX_LEN - e->len;
        size_t fits = n < room ? n : room;  // the end of a line that is too long is dropped
        memcpy(e->buf + e->len, p, fits);
        e->len += fits;
        if (n < len) {
            end_line(e);
            n++;
        }
        p += n;
        len -= n;
    }
    while (len) {
        size_t n = len < PIECE_MAX ? len : PIECE_MAX;
        struct piece piece = {.p = (const unsigned char *)p, .len = n};
        tn_explain_join_piece(&e->join, &piece);
        p += n;
        len -= n;
    }
}

// The file's first bytes are complete, or the file has no more.
static void begin_file(struct tn_explain *e) {
    e->began = true;
    e->binary = is_binary(e->head, e->nhead);
    take(e, e->head, e->nhead);
}

void tn_explain_feed(struct tn_explain *e, const void *log, size_t len) {
    const unsigned char *p = log;

    for (; len && e->nhead < sizeof(e->head); len--) {
        e->head[e->nhead++] = *p++;
    }
    if (!e->began && e->nhead == sizeof(e->head)) {
        begin_file(e);
    }
    take(e, p, len);
}

void tn_explain_end_file(struct tn_explain *e) {
    if (!e->began) {
        begin_file(e);
    }
    if (e->len) {
        end_line(e);
    }
    tn_explain_join_end(&e->join);
    e->nhead = 0;
    e->began = false;
    e->binary = false;
    e->line = 0;
    e->lines.time[0] = 0;
}

void tn_explain_end(struct tn_explain *e, struct tn_verdict *ret) {
    struct facts *f = &e->facts;

    tn_explain_end_file(e);
    tn_explain_verdict(f, &e->join, e->packets, e->summary, sizeof(e->summary));
    *ret = (struct tn_verdict){.packets = e->packets, .summary = e->summary, .next = ""};
    ret->codes = e->packets ? 0 : f->ncodes;
    for (unsigned i = 0; i < f->nfindings; i++) {
        const struct finding *x = &f->findings[i];
        struct tn_finding out = {.kind = x->kind,
                .id = x->id,
                .packet = x->packet,
                .times = x->times,
                .what = x->what,
                .advice = x->advice};
        ret->faults += x->kind == TN_FINDING_FAULT;
        ret->warnings += x->kind == TN_FINDING_WARNING;
        ret->next = !*ret->next && x->kind != TN_FINDING_NOTE ? x->advice : ret->next;
        e->out.finding(e->out.ctx, &out);
    }
}

void tn_explain_free(struct tn_explain *e) {
    free(e);
}
