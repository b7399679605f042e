// SPDX-License-Identifier: Apache-2.0
#include "agent/mapped.h"

#include <string.h>

int tn_mapped_read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    memcpy(buf, (const void *)((uintptr_t)f->ctx + off), len);
    return 0;
}

void tn_mapped_load(const struct tn_retained *r, void *buf, size_t len) {
    memcpy(buf, r->ctx, len);
}

void tn_mapped_store(const struct tn_retained *r, const void *buf, size_t len) {
    memcpy(r->ctx, buf, len);
}
