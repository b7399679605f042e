// SPDX-License-Identifier: Apache-2.0
// Command 6 of group 64: the device's keys, with roles and revocations.
#include "boot/keyring.h"

#include "base/err.h"
#include "serve/tenon.h"

enum {
    AT_ONCE = 4,  // keys in an answer, about 65 bytes each
};

static void put_key(struct tn_cbor_out *out, const struct tn_key *key, bool is_revoked) {
    tn_cbor_open_map(out);
    tn_cbor_put_str(out, "hash");
    tn_cbor_put_bytes(out, key->hash, TN_HASH_LEN);
    tn_cbor_pair_uint(out, "role", key->role);
    tn_cbor_pair_bool(out, "revoked", is_revoked);
    tn_cbor_close(out);
}

// Returns true if there are more.
static bool put_keys(struct tn_cbor_out *out, const struct tn_keyring *k, uint32_t skip) {
    uint32_t i = 0;

    tn_cbor_put_str(out, "keys");
    tn_cbor_open_list(out);
    for (; k->built_in[i].kind && i < (uint64_t)skip + AT_ONCE; i++) {
        if (i >= skip) {
            put_key(out, &k->built_in[i], i < 32 && (k->revoked >> i & 1));
        }
    }
    tn_cbor_close(out);
    return k->built_in[i].kind != 0;
}

// What becomes of the list that the running image brings, if it brings another one.
static void put_next(struct tn_cbor_out *out, struct tn_keyring *k, const struct tn_slots *slots) {
    struct tn_image_src src;

    tn_slots_source(slots, TN_RUNNING, &src);
    int next = tn_keyring_look(k, &src);
    if (next != TN_ENOENT && next != TN_EDOWNGRADE) {
        tn_cbor_put_str(out, "next");
        tn_cbor_put_int(out, next);
    }
}

int tn_serve_key_list(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;
    struct tn_keyring *k = tenon->keyring;
    uint32_t skip = 0;

    if (!k) {
        return TN_ENOTSUP;
    }
    if (tn_cbor_get_form(&rq->in, "skip" TN_UINT, &skip) < 0) {
        return TN_EINVAL;
    }
    tn_cbor_pair_uint(&rq->out, "number", k->number);
    tn_cbor_pair_bool(&rq->out, "lost", k->is_lost);
    bool more = put_keys(&rq->out, k, skip);
    if (!skip) {
        put_next(&rq->out, k, tenon->slots);
    }
    tn_cbor_pair_bool(&rq->out, "more", more);
    return 0;
}

const struct tn_smp_cmd tn_serve_tenon_keys_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_KEY_LIST, tn_serve_key_list, NULL},
};

const struct tn_smp_cmd tn_serve_tenon_app_keys_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_TAKE_BACK, NULL, tn_serve_take_back},
        {TN_TENON_KEY_LIST, tn_serve_key_list, NULL},
};
