// SPDX-License-Identifier: Apache-2.0
// What needs no library.
#include <string.h>

#include "host/files/zip.h"

bool tn_zip_is(const uint8_t *p, size_t len) {
    return len > 4 && memcmp(p, "PK\x03\x04", 4) == 0;
}

void tn_zip_free(struct tn_zip *z) {
    for (size_t i = 0; i < z->n; i++) {
        tn_buf_free(&z->entries[i].bytes);
    }
    z->n = 0;
}

const struct tn_zip_entry *tn_zip_find(const struct tn_zip *z, const char *name) {
    for (size_t i = 0; i < z->n; i++) {
        if (strcmp(z->entries[i].name, name) == 0) {
            return &z->entries[i];
        }
    }
    return NULL;
}
