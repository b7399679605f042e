// SPDX-License-Identifier: Apache-2.0
// A version as text.
#include "base/text.h"
#include "image/format.h"

static void put_part(struct tn_text *t, uint32_t part) {
    tn_text_char(t, '.');
    tn_text_uint(t, part);
}

void tn_version_put(struct tn_text *t, const struct tn_version *v) {
    tn_text_uint(t, v->major);
    put_part(t, v->minor);
    put_part(t, v->revision);
    if (v->build) {
        put_part(t, v->build);
    }
}

size_t tn_version_text(char *buf, const struct tn_version *v) {
    struct tn_text t = {buf, TN_VERSION_TEXT - 1, 0};

    tn_version_put(&t, v);
    buf[t.len] = '\0';
    return t.len;
}
