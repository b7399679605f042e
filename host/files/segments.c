// SPDX-License-Identifier: Apache-2.0
// The list is sorted and short (a firmware has a few runs), so each addition may search it from the
// end. Files usually ascend, and so add there.
#include "host/files/segments.h"

#include <stdlib.h>
#include <string.h>

// One more than the last address; this may exceed 32 bits.
static uint64_t end_of(const struct tn_segment *s) {
    return (uint64_t)s->addr + s->bytes.len;
}

void tn_segments_free(struct tn_segments *s) {
    for (size_t i = 0; i < s->n; i++) {
        tn_buf_free(&s->list[i].bytes);
    }
    free(s->list);
    *s = (struct tn_segments){0};
}

// Appends bytes to a segment.
static int append(struct tn_segment *s, const void *bytes, size_t len, struct tn_fault *f) {
    uint8_t *p = realloc(s->bytes.p, s->bytes.len + len);
    if (!p) {
        return tn_fail_memory(f);
    }
    memcpy(p + s->bytes.len, bytes, len);
    s->bytes.p = p;
    s->bytes.len += len;
    return 0;
}

// Inserts a new, empty segment at index i.
static int insert(struct tn_segments *s, size_t i, uint32_t addr, struct tn_fault *f) {
    struct tn_segment *list = realloc(s->list, (s->n + 1) * sizeof(*list));
    if (!list) {
        return tn_fail_memory(f);
    }
    s->list = list;
    memmove(list + i + 1, list + i, (s->n - i) * sizeof(*list));
    list[i] = (struct tn_segment){.addr = addr};
    s->n++;
    return 0;
}

// Joins segment i with the next one if they touch.
static int join(struct tn_segments *s, size_t i, struct tn_fault *f) {
    if (i + 1 >= s->n || end_of(&s->list[i]) != s->list[i + 1].addr) {
        return 0;
    }
    struct tn_buf *next = &s->list[i + 1].bytes;
    if (append(&s->list[i], next->p, next->len, f)) {
        return -1;
    }
    tn_buf_free(next);
    s->n--;
    memmove(s->list + i + 1, s->list + i + 2, (s->n - i - 1) * sizeof(*s->list));
    return 0;
}

int tn_segments_add(struct tn_segments *s, uint32_t addr, const void *bytes, size_t len,
        const char *name, struct tn_fault *f) {
    size_t i = s->n;  // the first segment behind addr
    uint64_t end = (uint64_t)addr + len;

    if (len == 0) {
        return 0;
    }
    if (end > (uint64_t)UINT32_MAX + 1) {
        return tn_fail(f, TN_FAULT_MALFORMED, "%s: runs beyond the 32-bit address space", name);
    }
    while (i && s->list[i - 1].addr > addr) {  // from the end: files usually ascend
        i--;
    }
    if ((i && end_of(&s->list[i - 1]) > addr) || (i < s->n && end > s->list[i].addr)) {
        return tn_fail(f, TN_FAULT_MALFORMED,
                "%s: its bytes at 0x%08x overlap others that are already there; check the "
                "addresses of what is merged",
                name, (unsigned)addr);
    }
    if (i && end_of(&s->list[i - 1]) == addr) {
        i--;
    } else if (insert(s, i, addr, f)) {
        return -1;
    }
    return append(&s->list[i], bytes, len, f) ? -1 : join(s, i, f);
}

int tn_segments_flatten(const struct tn_segments *s, uint8_t fill, uint32_t *ret_addr,
        struct tn_buf *ret, const char *name, struct tn_fault *f) {
    if (s->n == 0) {
        return tn_fail(f, TN_FAULT_MALFORMED, "%s: holds no data", name);
    }
    uint32_t first = s->list[0].addr;
    uint64_t span = end_of(&s->list[s->n - 1]) - first;
    if (span > TN_FILE_MAX) {
        return tn_fail(f, TN_FAULT_TOO_LARGE,
                "%s: spans %llu MiB, from 0x%08x to 0x%08x; keep other memories (UICR, option "
                "bytes) out of the image",
                name, (unsigned long long)(span >> 20), (unsigned)first,
                (unsigned)(first + span - 1));
    }
    uint8_t *p = malloc((size_t)span);
    if (!p) {
        return tn_fail_memory(f);
    }
    memset(p, fill, (size_t)span);
    for (size_t i = 0; i < s->n; i++) {
        memcpy(p + (s->list[i].addr - first), s->list[i].bytes.p, s->list[i].bytes.len);
    }
    *ret_addr = first;
    *ret = (struct tn_buf){p, (size_t)span};
    return 0;
}
