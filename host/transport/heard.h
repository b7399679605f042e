// SPDX-License-Identifier: Apache-2.0
// What came from a serial line that no server answers on: the first bytes since it was opened, and
// what they look like.
#ifndef TN_HOST_TRANSPORT_HEARD_H
#define TN_HOST_TRANSPORT_HEARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

enum tn_heard_kind {
    TN_HEARD_NOTHING,
    TN_HEARD_ECHO,   // our own bytes
    TN_HEARD_SHELL,  // a prompt
    TN_HEARD_NOISE,  // mostly bytes that are no text: another speed
    TN_HEARD_TEXT,   // a log, or anything else that people can read
};

enum { TN_HEARD_MAX = 1024 };

struct tn_heard {
    uint8_t sent[64];  // the first bytes that were sent
    size_t sent_len;
    uint8_t bytes[TN_HEARD_MAX];
    size_t len;
};

void tn_heard_sent(struct tn_heard *h, const void *bytes, size_t len);
void tn_heard_came(struct tn_heard *h, const void *bytes, size_t len);

enum tn_heard_kind tn_heard_kind(const struct tn_heard *h);

// The kind in words and the next step, for the end of an error line: "a shell answers there: ...".
// h NULL: a link that is no serial line. The text is valid for ever.
const char *tn_heard_words(const struct tn_heard *h);

TN_C_END

#endif
