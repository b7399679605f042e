// SPDX-License-Identifier: Apache-2.0
// A version as text.
#include "base/text.h"
#include "image/format.h"

void tn_version_put(struct tn_text *t, const struct tn_version *v) {
    const uint32_t parts[] = {v->major, v->minor, v->revision, v->build};

    for (size_t i = 0; i < (v->build ? 4 : 3); i++) {
        if (i) {
            tn_text_char(t, '.');
        }
        tn_text_uint(t, parts[i]);
    }
}

size_t tn_version_text(char *buf, const struct tn_version *v) {
    struct tn_text t = {buf, TN_VERSION_TEXT - 1, 0};

    tn_version_put(&t, v);
    buf[t.len] = '\0';
    return t.len;
}
