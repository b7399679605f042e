// SPDX-License-Identifier: Apache-2.0
// Error texts, for programs that have room for them.
#include <string.h>

#include "smp/server.h"

// Clients that recognise Tenon request texts by a member. Others get some in version 1.
static bool asks(const struct tn_smp_req *rq) {
    struct tn_cbor_in body = rq->in;
    uint32_t words = 0;

    return tn_cbor_get_form(&body, "tn" TN_BOOL, &words) > 0 && words;
}

void tn_smp_words(struct tn_smp_server *s, int err) {
    if (!err) {
        s->wants_words = !s->version || asks(&s->rq);
        return;
    }
    const char *text = s->wants_words && s->group->words ? s->group->words(err) : NULL;
    if (text) {
        const struct tn_span rsn = {(const uint8_t *)text, strlen(text)};
        tn_cbor_put_form(&s->rq.out, "rsn" TN_TEXT, &rsn);
    }
}
