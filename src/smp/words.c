// SPDX-License-Identifier: Apache-2.0
// Errors in words: a server's wants_words, for programs that have room for them.
#include "smp/server.h"

// A client that has recognised Tenon asks for words by a member; others see some in version 1.
bool tn_smp_wants_words(const struct tn_smp_req *rq) {
    static const struct tn_cbor_member tn = {"tn", TN_FIELD_BOOL, 0};
    struct tn_cbor_in body = rq->in;
    bool words = false;

    return tn_cbor_get_members(&body, &tn, 1, &words) > 0 && words;
}
