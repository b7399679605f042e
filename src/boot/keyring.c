// SPDX-License-Identifier: Apache-2.0
// Reads the list in force, and judges a new one. boot/key_rule.c takes it.
#include "boot/keyring_priv.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "image/key_role.h"

enum {
    KEYS_MAX = 32,  // bits of tn_keyring.revoked
};

struct tn_area tn_keyring_half(const struct tn_keyring *k, unsigned half) {
    uint32_t size = k->area->size / 2;

    return (struct tn_area){k->area->flash, k->area->off + half * size, size};
}

static int get_from_half(struct tn_keyring *k, unsigned half, struct tn_key_list *ret) {
    struct tn_area area = tn_keyring_half(k, half);
    const struct tn_area *a = &area;
    int len = tn_area_read(a, 0, k->bytes, TN_KEY_LIST_HEAD);

    if (!len) {
        len = tn_key_list_len(k->bytes);
    }
    if (len < 0) {
        return len;
    }
    int err = tn_area_read(a, 0, k->bytes, (uint32_t)len);
    return err ? err : tn_key_list_get(ret, k->bytes, (size_t)len);
}

uint32_t tn_keyring_revoked_by(const struct tn_keyring *k, const struct tn_key_list *l) {
    uint32_t bits = 0;
    struct tn_key_entry e;

    for (unsigned i = 0; i < KEYS_MAX && k->built_in[i].kind; i++) {
        if (tn_key_list_find(l, k->built_in[i].hash, &e) && e.is_revoked) {
            bits |= 1u << i;
        }
    }
    return bits;
}

void tn_keyring_use(struct tn_keyring *k, uint32_t revoked) {
    k->revoked = revoked;
    tn_keys_for_image(k->keys, k->is_lost ? 1 : k->nkeys, k->built_in, k->image, revoked);
}

// Compared twice, so that one skipped instruction does not accept a list.
static bool is_genuine(const struct tn_keyring *k, const struct tn_key_list *l) {
    const volatile uint32_t verdict = tn_key_list_verify(l, k->trust, k->built_in);

    return verdict == TN_GENUINE && verdict == TN_GENUINE;
}

static void adopt_if_newer(struct tn_keyring *k, const struct tn_key_list *l, unsigned half) {
    if (l->number > k->number && is_genuine(k, l)) {
        k->number = l->number;
        k->revoked = tn_keyring_revoked_by(k, l);
        k->half = (uint8_t)half;
    }
}

// 0: k->bytes has the list of the image at src. TN_ENOENT: it brings none.
static int get_from_image(
        struct tn_keyring *k, const struct tn_image_src *src, struct tn_key_list *ret) {
    struct tn_image_hdr hdr;
    struct tn_tlv tlv;
    int err = tn_image_open(src, &hdr);

    if (!err) {
        err = tn_image_find_tlv(src, &hdr, TN_TLV_PROTECTED + TN_TLV_KEY_LIST, &tlv);
    }
    if (!err && tlv.len > sizeof(k->bytes)) {
        err = TN_ESIZE;
    }
    if (!err) {
        err = tn_image_get(src, tlv.off, k->bytes, tlv.len);
    }
    return err ? err : tn_key_list_get(ret, k->bytes, tlv.len);
}

// Both halves are lost, and the chip's counter says that a list was taken: its like is in the
// image that brought it. It need not be genuine: the list has a signature of its own.
static void find_lost(struct tn_keyring *k, const struct tn_slots *slots) {
    static const enum tn_place places[] = {TN_RUNNING, TN_CANDIDATE, TN_PREVIOUS};
    struct tn_image_src src;
    struct tn_key_list l;

    for (size_t i = 0; i < TN_LEN(places); i++) {
        tn_slots_source(slots, places[i], &src);
        if (!get_from_image(k, &src, &l)) {
            adopt_if_newer(k, &l, 0);
        }
    }
}

void tn_keyring_open(struct tn_keyring *k, const struct tn_slots *slots) {
    struct tn_key_list l;
    uint32_t least = 0;

    k->number = 0;
    k->revoked = 0;
    k->waits = 0;
    for (unsigned half = 0; k->area && half < 2; half++) {
        if (!get_from_half(k, half, &l)) {
            adopt_if_newer(k, &l, half);
        }
    }
    int err = k->least ? k->least->read(k->least, &least) : 0;
    if (!err && k->number < least) {
        find_lost(k, slots);
    }
    k->is_lost = err || k->number < least;
    tn_keyring_use(k, k->revoked);
}

// After find_lost, no half holds it.
int tn_keyring_get_current(
        struct tn_keyring *k, const struct tn_image_src *src, struct tn_key_list *ret) {
    int err = get_from_half(k, k->half, ret);

    if (err || ret->number != k->number) {
        err = get_from_image(k, src, ret);
    }
    return err ? err : ret->number == k->number ? 0 : TN_ENOENT;
}

// ---- A new list --------------------------------------------------------------------------------

// Compares the list with the built-in keys, and with what is revoked already.
static int judge(const struct tn_keyring *k, const struct tn_key_list *l) {
    struct tn_key_entry e;
    bool has_image_key = false;

    for (unsigned i = 0; k->built_in[i].kind; i++) {
        const struct tn_key *key = &k->built_in[i];
        bool was_revoked = i < KEYS_MAX && (k->revoked >> i & 1);
        bool is_named = tn_key_list_find(l, key->hash, &e);
        if (is_named && e.role != key->role) {
            return TN_EINVAL;
        }
        bool is_revoked = is_named && e.is_revoked;
        if (was_revoked && !is_revoked) {
            return TN_ESTATE;
        }
        if (was_revoked && memcmp(key->hash, tn_key_list_signer(l), TN_HASH_LEN) == 0) {
            return TN_EREVOKED;
        }
        has_image_key = has_image_key ||
                (!is_revoked && i < KEYS_MAX && tn_key_signs_image(key->role, k->image));
    }
    return has_image_key ? 0 : TN_ENOSPC;
}

int tn_keyring_get_next(
        struct tn_keyring *k, const struct tn_image_src *src, struct tn_key_list *ret) {
    int err = get_from_image(k, src, ret);

    if (err) {
        return err;
    }
    if (ret->number <= k->number) {
        return ret->number == k->number ? TN_ENOENT : TN_EDOWNGRADE;
    }
    if (!tn_key_list_signer_of(ret, k->built_in)) {
        return TN_EKEY;
    }
    err = judge(k, ret);
    if (!err && !is_genuine(k, ret)) {
        err = TN_ESIG;
    }
    return err;
}

int tn_keyring_look(struct tn_keyring *k, const struct tn_image_src *src) {
    struct tn_key_list l;

    return tn_keyring_get_next(k, src, &l);
}

// ---- Revoked keys ------------------------------------------------------------------------------

// An image names its key by the hash that is of the kind of its own.
static bool is_named_by(const struct tn_key *key, const uint8_t *hash, uint16_t len) {
    uint16_t long_len = key->kind == TN_KEY_P384 ? 48 : key->kind == TN_KEY_ED25519 ? 64 : 0;

    return (len == TN_HASH_LEN && memcmp(hash, key->hash, len) == 0) ||
            (len && len == long_len && memcmp(hash, key->hash + TN_HASH_LEN, len) == 0);
}

bool tn_keyring_has_revoked(const struct tn_keyring *k, const struct tn_image_src *src) {
    struct tn_image_hdr hdr;
    struct tn_tlv tlv;
    uint8_t hash[TN_HASH_MAX];

    if (tn_image_open(src, &hdr) || tn_image_find_tlv(src, &hdr, TN_TLV_KEYHASH, &tlv) ||
            tlv.len > sizeof(hash) || tn_image_get(src, tlv.off, hash, tlv.len)) {
        return false;
    }
    for (unsigned i = 0; i < KEYS_MAX && k->built_in[i].kind; i++) {
        if ((k->revoked >> i & 1) && is_named_by(&k->built_in[i], hash, tlv.len)) {
            return true;
        }
    }
    return false;
}
