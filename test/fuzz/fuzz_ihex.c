// SPDX-License-Identifier: Apache-2.0
// Any text as Intel HEX: refused with a reason, or read; what was read is written and read again as
// the same bytes at the same addresses.
#include "fuzz.h"
#include "host/files/segments.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct tn_segments s = {NULL, 0};
    struct tn_segments again = {NULL, 0};
    struct tn_buf text = {NULL, 0};
    struct tn_fault f = {.kind = TN_FAULT_NONE};

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
