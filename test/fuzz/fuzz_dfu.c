// SPDX-License-Identifier: Apache-2.0
// Any bytes as a .dfu file are refused with a reason, or read. The fuzzer cannot guess a CRC, so
// each input is read as it is and again with a right one. What was read and then written is read
// again as the same bytes at the same addresses.
#include "base/bytes.h"
#include "base/crc.h"
#include "fuzz.h"
#include "host/files/dfu.h"

static const uint8_t *bounds, *bounds_end;

static int within(void *ctx, const struct tn_dfu_element *e, struct tn_fault *f) {
    (void)ctx;
    (void)f;
    PROMISE(e->bytes >= bounds && e->bytes <= bounds_end &&
            e->len <= (size_t)(bounds_end - e->bytes));
    PROMISE(strlen(e->name) <= TN_DFU_NAME);
    return 0;
}

static void check_again(const uint8_t *p, size_t len) {
    const struct tn_dfu_ids ids = {1, 2, 3, 0};
    struct tn_segments s = {NULL, 0};
    struct tn_segments again = {NULL, 0};
    struct tn_buf out = {NULL, 0};
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    if (tn_dfu_segments(p, len, "file", &s, &f)) {
        PROMISE(f.kind != TN_FAULT_NONE && f.text[0]);
    } else if (s.n) {
        PROMISE(!tn_dfuse_format(&s, 0, NULL, &ids, &out, &f));
        PROMISE(!tn_dfu_segments(out.p, out.len, "again", &again, &f));
        PROMISE(again.n == s.n);
        for (size_t i = 0; i < s.n; i++) {
            PROMISE(again.list[i].addr == s.list[i].addr);
            PROMISE(again.list[i].bytes.len == s.list[i].bytes.len);
            PROMISE(!memcmp(again.list[i].bytes.p, s.list[i].bytes.p, s.list[i].bytes.len));
        }
    }
    tn_buf_free(&out);
    tn_segments_free(&again);
    tn_segments_free(&s);
}

static void check(const uint8_t *p, size_t len) {
    struct tn_dfu_file file;
    struct tn_fault f = {.kind = TN_FAULT_NONE};

    bounds = p;
    bounds_end = p + len;
    if (tn_dfu_read(p, len, "file", &file, within, NULL, &f)) {
        PROMISE(f.kind != TN_FAULT_NONE && f.text[0]);
        return;
    }
    PROMISE(tn_dfu_is(p, len) && file.len + TN_DFU_SUFFIX <= len);
    if (file.is_dfuse) {
        check_again(p, len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + TN_DFU_SUFFIX);

    PROMISE(copy);
    if (size) {
        memcpy(copy, data, size);
        check(copy, size);
    }
    memcpy(copy + size, "\xff\xff\xff\xff\xff\xff\x1a\x01UFD\x10", 12);
    tn_put_le32(copy + size + 12, ~tn_crc32(0, copy, size + 12));
    check(copy, size + TN_DFU_SUFFIX);
    free(copy);
    return 0;
}
