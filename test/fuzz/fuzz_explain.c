// SPDX-License-Identifier: Apache-2.0
// Any log: explain's output is bounded, its packets are complete, and a log in pieces gives the
// same.
#include "fuzz.h"
#include "host/explain/explain.h"

enum {
    TEXT_MAX = 4096,
    FINDINGS_MAX = 100,
};

// The output of explain, as a number.
struct told {
    uint64_t hash;
    unsigned packets, findings;
    size_t size;  // of the log
};

// FNV-1a over words of 8 bytes: a checksum of each byte takes a tenth of the time.
static void mix(struct told *t, const void *p, size_t n) {
    const uint8_t *at = p;

    for (uint64_t word; n; at += sizeof(word)) {
        size_t part = n < sizeof(word) ? n : sizeof(word);
        word = part;
        memcpy(&word, at, part);
        t->hash = (t->hash ^ word) * 0x100000001b3u;
        t->hash ^= t->hash >> 29;
        n -= part;
    }
}

static void add(struct told *t, const char *text) {
    size_t n = strnlen(text, TEXT_MAX + 1);

    PROMISE(n <= TEXT_MAX);
    mix(t, text, n + 1);
}

static void on_packet(void *ctx, const struct tn_explained *p) {
    struct told *t = ctx;

    PROMISE(p->number == ++t->packets && p->number <= t->size);
    PROMISE(p->line <= t->size + 1 && p->answers < p->number);
    PROMISE(p->len >= TN_SMP_HDR_LEN && p->len <= t->size);
    add(t, p->time);
    add(t, p->group);
    add(t, p->command);
    add(t, p->text);
    mix(t, p->pkt, p->len);
}

static void on_finding(void *ctx, const struct tn_finding *f) {
    struct told *t = ctx;

    PROMISE(f->packet <= t->packets && f->times > 0 && ++t->findings < FINDINGS_MAX);
    PROMISE(f->kind >= TN_FINDING_NOTE && f->kind <= TN_FINDING_FAULT && f->id[0] && f->what[0]);
    add(t, f->id);
    add(t, f->what);
    add(t, f->advice);
}

// The number of bytes to feed next. In a log of binary packets each piece counts as one, like a
// notification. So there the first piece is at most a header, and the rest comes at once.
static size_t piece(const uint8_t *log, size_t at, size_t size, bool in_pieces) {
    bool is_text = size < 2 || (log[0] & 0xe4) || log[1];
    size_t n = fuzz_piece(log + at, size - at);

    if (!in_pieces || (at && !is_text)) {
        return size - at;
    }
    return is_text || n < TN_SMP_HDR_LEN ? n : TN_SMP_HDR_LEN;
}

static struct told tell(const uint8_t *log, size_t size, bool in_pieces) {
    struct told t = {.size = size};
    const struct tn_explain_out out = {on_packet, on_finding, &t};
    // Made once: to allocate 900 KiB for each log would take most of the time.
    static struct tn_explain *e;
    struct tn_verdict v;

    e = e ? e : tn_explain_new(&out);
    PROMISE(e);
    tn_explain_restart(e, &out);
    for (size_t at = 0, n; at < size; at += n) {
        n = piece(log, at, size, in_pieces);
        tn_explain_feed(e, log + at, n);
    }
    tn_explain_end(e, &v);
    PROMISE(v.packets == t.packets && v.faults + v.warnings <= t.findings);
    add(&t, v.summary);
    add(&t, v.next);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct told once = tell(data, size, false);

    if (size < 2000) {
        struct told pieces = tell(data, size, true);
        PROMISE(once.hash == pieces.hash && once.packets == pieces.packets);
    }
    return 0;
}
