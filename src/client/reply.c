// SPDX-License-Identifier: Apache-2.0
// How servers answer: {"err": {"group", "rc"}} (version 2), {"rc": n}, or success without
// either (or with rc 0, as old servers do).
#include "base/compiler.h"
#include "base/err.h"
#include "client/client.h"

// Reads the map of "err". Returns 0 or TN_ECORRUPT.
static int get_err(struct tn_reply *r, struct tn_cbor_in *in) {
    uint32_t group = 0;
    int32_t rc = 0;
    const struct tn_cbor_field fields[] = {
            {"group", TN_FIELD_UINT, &group},
            {"rc", TN_FIELD_INT, &rc},
    };

    if (tn_cbor_get_map(in, fields, 2) != 3 || group > UINT16_MAX) {
        return TN_ECORRUPT;
    }
    r->rc = rc;
    r->group = (int32_t)group;
    return 0;
}

int tn_reply_get(struct tn_reply *ret, const void *pkt, size_t len) {
    struct tn_reply r = {.group = -1};
    struct tn_smp_hdr h;
    struct tn_cbor_in in;
    struct tn_cbor_in err = {0};
    const struct tn_cbor_field fields[] = {
            {"err", TN_FIELD_ANY, &err},
            {"rc", TN_FIELD_INT, &r.rc},
            {"rsn", TN_FIELD_TEXT, &r.reason},
    };

    if (tn_smp_hdr_get(&h, pkt, len) || h.len > len - TN_SMP_HDR_LEN) {
        return TN_ECORRUPT;
    }
    r.version = h.version;
    r.body = (struct tn_span){(const uint8_t *)pkt + TN_SMP_HDR_LEN, h.len};
    if (h.len == 0) {
        *ret = r;  // some servers answer a reset like this
        return 0;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    int found = tn_cbor_get_map(&in, fields, TN_LEN(fields));
    if (found < 0) {
        return TN_ECORRUPT;
    }
    if ((found & 1) && get_err(&r, &err)) {
        return TN_ECORRUPT;
    }
    *ret = r;
    return 0;
}
