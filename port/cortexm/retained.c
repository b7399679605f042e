// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "cortexm.h"

void cm_retained_load(const struct tn_retained *r, void *buf, size_t len) {
    memcpy(buf, r->ctx, len);
}

void cm_retained_store(const struct tn_retained *r, const void *buf, size_t len) {
    memcpy(r->ctx, buf, len);
}
