// SPDX-License-Identifier: Apache-2.0
// Any text as Intel HEX is refused with a reason, or read. What was read and then written is read
// again as the same bytes at the same addresses. A UF2 file written from it contains all its bytes.
#include "fuzz.h"
#include "host/files/uf2.h"

static void check_same(const struct tn_segments *a, const struct tn_segments *b) {
    PROMISE(a->n == b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct tn_segment *s = &a->list[i];
        PROMISE(s->addr == b->list[i].addr && s->bytes.len == b->list[i].bytes.len);
        PROMISE(!memcmp(s->bytes.p, b->list[i].bytes.p, s->bytes.len));
        PROMISE(s->bytes.len <= UINT32_MAX - s->addr + (size_t)1);
        PROMISE(!i || s->addr > s[-1].addr + (s[-1].bytes.len - 1));
    }
}

// UF2 fills its blocks, so more bytes are read back than were written.
static void check_within(const struct tn_segments *a, const struct tn_segments *b) {
    for (size_t i = 0; i < a->n; i++) {
        const struct tn_segment *s = &a->list[i];
        bool is_there = false;
        for (size_t k = 0; k < b->n; k++) {
            const struct tn_segment *t = &b->list[k];
            size_t off = s->addr - t->addr;
            is_there = is_there ||
                    (s->addr >= t->addr && off < t->bytes.len &&
                            s->bytes.len <= t->bytes.len - off &&
                            !memcmp(t->bytes.p + off, s->bytes.p, s->bytes.len));
        }
        PROMISE(is_there);
    }
}

static void check_uf2(const uint8_t *data, size_t size) {
    struct tn_segments s = {NULL, 0};
    struct tn_segments again = {NULL, 0};
    struct tn_buf uf2 = {NULL, 0};
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    if (tn_uf2_parse(&s, data, size, "file", &f)) {
        PROMISE(f.kind != TN_FAULT_NONE && f.text[0]);
    } else if (s.n) {
        PROMISE(!tn_uf2_format(&s, 1, &uf2, &f));
        PROMISE(!tn_uf2_parse(&again, uf2.p, uf2.len, "again", &f));
        check_within(&s, &again);
    }
    tn_buf_free(&uf2);
    tn_segments_free(&again);
    tn_segments_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct tn_segments s = {NULL, 0};
    struct tn_segments again = {NULL, 0};
    struct tn_buf text = {NULL, 0};
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    check_uf2(data, size);
    if (tn_ihex_parse(&s, (const char *)data, size, "file", &f)) {
        PROMISE(f.kind != TN_FAULT_NONE && strnlen(f.text, sizeof(f.text)) < sizeof(f.text));
    } else {
        PROMISE(!tn_ihex_format(&s, &text, &f));
        PROMISE(!tn_ihex_parse(&again, (const char *)text.p, text.len, "again", &f));
        check_same(&s, &again);
    }
    tn_buf_free(&text);
    tn_segments_free(&again);
    tn_segments_free(&s);
    return 0;
}
