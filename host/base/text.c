// SPDX-License-Identifier: Apache-2.0
#include "host/base/text.h"

void tn_text_copy(char *ret, size_t size, struct tn_span text) {
    size_t n = text.len < size - 1 ? text.len : size - 1;

    for (size_t i = 0; i < n; i++) {
        ret[i] = text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f ? (char)text.ptr[i] : '?';
    }
    ret[n] = 0;
}

void tn_lines_copy(char *ret, size_t size, struct tn_span text) {
    size_t n = 0;

    for (size_t i = 0; i < text.len && n < size - 1; i++) {
        uint8_t c = text.ptr[i];
        if (c != '\r') {
            ret[n++] = (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' ? (char)c : '?';
        }
    }
    ret[n] = 0;
}
