// SPDX-License-Identifier: Apache-2.0
// Any bytes as a zip archive. What can be read is made into an archive again, which reads the same.
#include <string.h>

#include "fuzz.h"
#include "host/files/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct tn_zip z, back;
    struct tn_fault f = {0};
    struct tn_buf made;

    tn_zip_is(data, size);
    if (tn_zip_read(data, size, "fuzz.zip", &z, &f)) {
        PROMISE(f.kind == TN_FAULT_MALFORMED || f.kind == TN_FAULT_UNSUPPORTED);
        PROMISE(z.n == 0 && strlen(f.text) > 10);
        return 0;
    }
    PROMISE(z.n <= TN_ZIP_ENTRIES);
    PROMISE(tn_zip_make(&z, &made, &f) == 0);
    if (z.n) {  // minizip does not open an archive of nothing
        PROMISE(tn_zip_read(made.p, made.len, "made.zip", &back, &f) == 0);
        PROMISE(back.n == z.n);
    }
    for (size_t i = 0; i < z.n; i++) {
        const struct tn_zip_entry *a = &z.entries[i];
        const struct tn_zip_entry *b = &back.entries[i];
        PROMISE(strcmp(a->name, b->name) == 0 && a->bytes.len == b->bytes.len);
        PROMISE(a->bytes.p[a->bytes.len] == 0);
        PROMISE(memcmp(a->bytes.p, b->bytes.p, a->bytes.len) == 0);
        PROMISE(tn_zip_find(&z, a->name) != NULL);
    }
    tn_buf_free(&made);
    tn_zip_free(&z);
    tn_zip_free(&back);
    return 0;
}
