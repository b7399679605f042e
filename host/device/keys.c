// SPDX-License-Identifier: Apache-2.0
// The keys of a Tenon device (group 64, command 6).
#include <string.h>

#include "base/compiler.h"
#include "host/device/ask_priv.h"
#include "host/device/device.h"

static int take_key(struct tn_cbor_in *in, void *ctx) {
    struct tn_device_keys *keys = ctx;
    struct tn_span hash = {NULL, 0};
    uint32_t role = 0;
    bool is_revoked = false;
    const struct tn_cbor_field fields[] = {
            {"hash", TN_FIELD_BYTES, &hash},
            {"role", TN_FIELD_UINT, &role},
            {"revoked", TN_FIELD_BOOL, &is_revoked},
    };

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0 || hash.len != 32) {
        return -1;
    }
    if (keys->n < TN_LEN(keys->list)) {
        memcpy(keys->list[keys->n].hash, hash.ptr, hash.len);
        keys->list[keys->n].role = role;
        keys->list[keys->n++].is_revoked = is_revoked;
    }
    return 0;
}

static int take_answer(const struct tn_reply *r, struct tn_device_keys *keys, bool *ret_more) {
    struct tn_cbor_in in;
    struct tn_cbor_in list = {0};
    int32_t next = 1;  // of no answer
    const struct tn_cbor_field fields[] = {
            {"number", TN_FIELD_UINT, &keys->number},
            {"lost", TN_FIELD_BOOL, &keys->is_lost},
            {"keys", TN_FIELD_ANY, &list},
            {"next", TN_FIELD_INT, &next},
            {"more", TN_FIELD_BOOL, ret_more},
    };

    tn_cbor_in_init(&in, r->body.ptr, r->body.len);
    if (tn_cbor_get_map(&in, fields, TN_LEN(fields)) < 0 || !list.p ||
            tn_each(&list, take_key, keys)) {
        return -1;
    }
    if (next <= 0) {
        keys->has_next = true;
        keys->next = next;
    }
    return 0;
}

int tn_device_keys(struct tn_session *s, struct tn_device_keys *ret, struct tn_fault *f) {
    struct tn_device_keys keys = {.n = 0};
    bool more = true;

    while (more && keys.n < TN_LEN(keys.list)) {
        size_t had = keys.n;
        struct tn_reply r;
        struct tn_body b;
        tn_body_begin(&b);
        tn_cbor_pair_uint(&b.out, "skip", (uint32_t)had);
        struct tn_call call = tn_call_of(TN_SMP_TENON, TN_TENON_KEY_LIST, TN_SMP_READ, &b, true);
        if (tn_session_ask(s, &call, "cannot query its keys", &r, f)) {
            return f->kind == TN_FAULT_REFUSED ? 1 : -1;
        }
        more = false;
        if (take_answer(&r, &keys, &more)) {
            return tn_unreadable(s, "keys", f);
        }
        if (keys.n == had) {
            break;  // a device that says "more" but sends none is not queried again
        }
    }
    *ret = keys;
    return 0;
}
