// SPDX-License-Identifier: Apache-2.0
#include "image/key_list.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "image/format.h"
#include "image/key_role.h"

enum {
    FORMAT = 1,
    AT_FORMAT = 4,
    AT_COUNT = 5,
    AT_SIG_LEN = 6,
    AT_NUMBER = 8,
    AT_ROLE = TN_HASH_LEN,  // in an entry
    AT_STATE,
    AT_ZEROS,
};

static const uint8_t magic[] = {'T', 'N', 'k', 'l'};

int tn_key_list_len(const uint8_t *head) {
    unsigned count = head[AT_COUNT];
    unsigned sig_len = tn_get_le16(head + AT_SIG_LEN);

    if (memcmp(head, magic, sizeof(magic)) != 0) {
        return TN_EMAGIC;
    }
    if (head[AT_FORMAT] != FORMAT) {
        return TN_ENEWER;
    }
    if (!count || count > TN_KEY_LIST_KEYS || !sig_len || sig_len > TN_KEY_LIST_SIG_MAX) {
        return TN_ESIZE;
    }
    return (int)(TN_KEY_LIST_HEAD + count * TN_KEY_LIST_ENTRY + sig_len);
}

static const uint8_t *entry_at(const struct tn_key_list *l, unsigned i) {
    return l->bytes + TN_KEY_LIST_HEAD + (size_t)i * TN_KEY_LIST_ENTRY;
}

// How often the list names this key.
static unsigned times_named(const struct tn_key_list *l, const uint8_t *hash) {
    unsigned n = 0;

    for (unsigned i = 0; i < l->count; i++) {
        n += memcmp(entry_at(l, i), hash, TN_HASH_LEN) == 0;
    }
    return n;
}

static bool is_entry(const struct tn_key_list *l, unsigned i) {
    const uint8_t *p = entry_at(l, i);

    return (p[AT_ROLE] == TN_KEY_FOR_LISTS || tn_key_signs_images(p[AT_ROLE])) &&
            p[AT_STATE] <= 1 && !p[AT_ZEROS] && !p[AT_ZEROS + 1] && times_named(l, p) == 1;
}

int tn_key_list_get(struct tn_key_list *ret, const uint8_t *bytes, size_t len) {
    int whole = len < TN_KEY_LIST_HEAD ? TN_ESIZE : tn_key_list_len(bytes);

    if (whole < 0) {
        return whole;
    }
    struct tn_key_list l = {.bytes = bytes,
            .number = tn_get_le32(bytes + AT_NUMBER),
            .len = (uint16_t)whole,
            .sig_len = tn_get_le16(bytes + AT_SIG_LEN),
            .count = bytes[AT_COUNT]};
    if (len != l.len) {
        return TN_ESIZE;
    }
    for (unsigned i = 0; i < l.count; i++) {
        if (!is_entry(&l, i)) {
            return TN_EINVAL;
        }
    }
    // A list that revokes its own key could never be followed by a repair of that key's owner.
    struct tn_key_entry signer = {0};
    if (!l.number || (tn_key_list_find(&l, tn_key_list_signer(&l), &signer) && signer.is_revoked)) {
        return TN_EINVAL;
    }
    *ret = l;
    return 0;
}

void tn_key_list_entry(const struct tn_key_list *l, unsigned i, struct tn_key_entry *ret) {
    const uint8_t *p = entry_at(l, i);

    *ret = (struct tn_key_entry){p, p[AT_ROLE], p[AT_STATE] == 1};
}

bool tn_key_list_find(const struct tn_key_list *l, const uint8_t *hash, struct tn_key_entry *ret) {
    for (unsigned i = 0; i < l->count; i++) {
        if (memcmp(entry_at(l, i), hash, TN_HASH_LEN) == 0) {
            tn_key_list_entry(l, i, ret);
            return true;
        }
    }
    return false;
}

const struct tn_key *tn_key_list_signer_of(
        const struct tn_key_list *l, const struct tn_key *built_in) {
    const struct tn_key *key = built_in;

    while (key->kind &&
            (key->role != TN_KEY_FOR_LISTS ||
                    memcmp(key->hash, tn_key_list_signer(l), TN_HASH_LEN) != 0)) {
        key++;
    }
    return key->kind ? key : NULL;
}

// A kind of key has one kind of signature.
static const struct tn_sig_alg *find_alg(const struct tn_trust *trust, uint8_t kind) {
    for (size_t i = 0; i < trust->nalgs; i++) {
        if (trust->algs[i]->kind == kind) {
            return trust->algs[i];
        }
    }
    return NULL;
}

uint32_t tn_key_list_verify(
        const struct tn_key_list *l, const struct tn_trust *trust, const struct tn_key *built_in) {
    const struct tn_key *key = tn_key_list_signer_of(l, built_in);
    const struct tn_sig_alg *alg = key ? find_alg(trust, key->kind) : NULL;
    size_t signed_len = (size_t)l->len - l->sig_len;
    uint8_t digest[TN_HASH_MAX];
    struct tn_hash h;

    if (!alg) {
        return 0;
    }
    tn_hash_begin(&h, trust->hash);
    tn_hash_add(&h, l->bytes, signed_len);
    tn_hash_end(&h, digest);
    return alg->verify(key, digest, trust->hash->len, l->bytes + signed_len, l->sig_len);
}
