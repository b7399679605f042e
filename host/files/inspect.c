// SPDX-License-Identifier: Apache-2.0
// Compares every number in the file with the bytes that are there before using it.
#include "host/files/inspect.h"

#include <string.h>

#include "base/bytes.h"
#include "host/files/key_priv.h"
#include "host/files/kind.h"
#include "host/files/slot.h"

// The data that the steps share.
struct looker {
    const uint8_t *p;
    size_t len;
    uint32_t addr;  // of the first byte, for faults; 0: none
    const struct tn_key_pair *keys;
    size_t nkeys;
    const char *name;
    struct tn_inspect *ret;
    struct tn_fault *f;
};

// The file contradicts itself.
static int malformed(const struct looker *l, const char *what) {
    return tn_fail(l->f, TN_FAULT_MALFORMED, "%s: damaged: %s; build or copy the file again",
            l->name, what);
}

static int truncated(const struct looker *l, size_t want) {
    return tn_fail(l->f, TN_FAULT_TRUNCATED,
            "%s: truncated: the image says that it has at least %zu bytes, and the file has %zu; "
            "build or copy the file again",
            l->name, want, l->len);
}

// ---- Header ----------------------------------------------------------------------------

static int wrong_magic(const struct looker *l) {
    struct tn_kind_found k;

    tn_kind_find(l->p, l->len, &k);
    return tn_kind_refuse(&k, l->addr, TN_KIND_FOR_DEVICE, l->name, l->f);
}

// Compares the magic before the length, as far as the file goes: a text of 10 bytes is not an
// image, but the first 10 bytes of an image are a truncated image.
static int look_header(struct looker *l) {
    uint8_t magic[4];

    tn_put_le32(magic, TN_IMAGE_MAGIC);
    if (l->len == 0 || memcmp(l->p, magic, l->len < 4 ? l->len : 4) != 0) {
        return wrong_magic(l);
    }
    if (l->len < TN_IMAGE_HDR_LEN) {
        return truncated(l, TN_IMAGE_HDR_LEN);
    }
    if (tn_image_hdr_get(&l->ret->hdr, l->p)) {
        return malformed(l, "the header's sizes make no sense");
    }
    l->ret->has_header = true;
    return 0;
}

// ---- TLVs ------------------------------------------------------------------------------

static int add_tlv(struct looker *l, size_t off, uint16_t len, bool is_protected) {
    struct tn_inspect *r = l->ret;

    if (r->ntlvs == TN_INSPECT_TLVS) {
        return malformed(l, "more than 64 TLVs");
    }
    r->tlvs[r->ntlvs++] = (struct tn_inspect_tlv){.type = tn_get_le16(l->p + off),
            .len = len,
            .off = (uint32_t)off + TN_TLV_HEAD_LEN,
            .is_protected = is_protected};
    return 0;
}

// One TLV area at off: its info, then TLVs that fill it exactly. want is the length that the header
// gives a protected area; 0: any.
static int look_area(
        struct looker *l, size_t off, bool is_protected, size_t want, size_t *ret_end) {
    uint16_t magic = is_protected ? TN_TLV_MAGIC_PROTECTED : TN_TLV_MAGIC;

    if (off + TN_TLV_INFO_LEN > l->len) {
        return truncated(l, off + TN_TLV_INFO_LEN);
    }
    size_t total = tn_get_le16(l->p + off + 2);
    if (tn_get_le16(l->p + off) != magic || total < TN_TLV_INFO_LEN || (want && total != want)) {
        return malformed(l,
                is_protected ? "no protected TLV area where the header says one is"
                             : "no TLV area behind the image's content");
    }
    if (off + total > l->len) {
        return truncated(l, off + total);
    }
    size_t end = off + total;
    for (size_t at = off + TN_TLV_INFO_LEN; at < end;) {
        size_t head_end = at + TN_TLV_HEAD_LEN;
        uint16_t len = head_end <= end ? tn_get_le16(l->p + at + 2) : 0;
        if (head_end > end || head_end + len > end) {
            return malformed(l, "a TLV that runs out of its area");
        }
        if (add_tlv(l, at, len, is_protected)) {
            return -1;
        }
        at = head_end + len;
    }
    *ret_end = end;
    return 0;
}

// If the header gives the protected area a size, it comes first. The other area follows directly.
static int look_tlvs(struct looker *l) {
    const struct tn_image_hdr *h = &l->ret->hdr;
    size_t off = (size_t)h->hdr_size + h->img_size;

    if (h->protect_tlv_size && look_area(l, off, true, h->protect_tlv_size, &off)) {
        return -1;
    }
    return look_area(l, off, false, 0, &l->ret->image_len);
}

// ---- Flags and hash --------------------------------------------------------------------

static int unsupported(const struct looker *l, const char *way_out) {
    char list[240];

    tn_inspect_unsupported(l->ret, list, sizeof(list));
    return tn_fail(
            l->f, TN_FAULT_UNSUPPORTED, "%s: not supported here: %s; %s", l->name, list, way_out);
}

static bool has_tlv(const struct looker *l, uint16_t type) {
    for (size_t i = 0; i < l->ret->ntlvs; i++) {
        if (!l->ret->tlvs[i].is_protected && l->ret->tlvs[i].type == type) {
            return true;
        }
    }
    return false;
}

static int look_flags(struct looker *l) {
    static const uint32_t known = TN_IMAGE_ROM_FIXED | TN_IMAGE_NON_BOOTABLE | TN_IMAGE_ENCRYPTED;

    return l->ret->hdr.flags & ~known ? unsupported(l, "build the image without it") : 0;
}

// The bits of the hash in a TLV; 0: of another TLV.
static unsigned sha_of(uint16_t type) {
    return type == TN_TLV_SHA256    ? 256
            : type == TN_TLV_SHA384 ? 384
            : type == TN_TLV_SHA512 ? 512
                                    : 0;
}

// Devices look at the first one of their kind, in the protected area too.
static void look_wrap(struct looker *l) {
    struct tn_inspect *r = l->ret;

    for (size_t i = r->ntlvs; i--;) {
        r->wrap_type = tn_encrypt_words(r->tlvs[i].type) ? r->tlvs[i].type : r->wrap_type;
    }
}

// Exactly one hash, unprotected: a hash that covers itself could not match, and of two hashes the
// device might use the other.
static int look_hash(struct looker *l) {
    struct tn_inspect *r = l->ret;
    unsigned sha = 0;

    for (size_t i = 0; i < r->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &r->tlvs[i];
        if (t->is_protected || !sha_of(t->type)) {
            continue;
        }
        sha = sha_of(t->type);
        if (r->has_hash || t->len != sha / 8) {
            return malformed(l, "two hashes, or one of a wrong length");
        }
        r->has_hash = true;
        r->hash_len = t->len;
        memcpy(r->hash, l->p + t->off, t->len);
    }
    if (!r->has_hash) {
        return malformed(l, "no hash among its TLVs");
    }
    tn_sha2(sha, l->p, tn_image_hashed_len(&r->hdr), r->computed);
    bool differs = memcmp(r->hash, r->computed, r->hash_len) != 0;
    if (differs && r->hdr.flags & TN_IMAGE_ENCRYPTED && r->wrap_type) {
        r->is_sealed = true;  // the hash covers the clear form
        return 0;
    }
    if (differs) {
        return tn_fail(l->f, TN_FAULT_DAMAGED,
                "%s: damaged: its content does not match its hash; build or copy the file again",
                l->name);
    }
    return 0;
}

// ---- Signature -------------------------------------------------------------------------

static bool is_signature(uint16_t type) {
    return type == TN_TLV_RSA2048_PSS || type == TN_TLV_ECDSA_SIG || type == TN_TLV_RSA3072_PSS ||
            type == TN_TLV_ED25519;
}

// Whether a KEYHASH or PUBKEY TLV names this key.
static bool names(
        const struct looker *l, const struct tn_inspect_tlv *t, const struct tn_key_pair *k) {
    const uint8_t *p = l->p + t->off;

    if (t->type == TN_TLV_PUBKEY) {
        return t->len == k->der_len && memcmp(p, k->der, t->len) == 0;
    }
    return (t->len == TN_KEY_HASH_LEN && memcmp(p, k->hash, t->len) == 0) ||
            (t->len && t->len == k->long_hash_len &&
                    memcmp(p, k->hash + TN_KEY_HASH_LEN, t->len) == 0);
}

// The key that this TLV names, or nkeys. by: NULL if no TLV did.
static size_t named_key(const struct looker *l, const struct tn_inspect_tlv *by) {
    size_t i = 0;
    while (i < l->nkeys && !(by && names(l, by, &l->keys[i]))) {
        i++;
    }
    return i;
}

static bool is_genuine(
        const struct looker *l, const struct tn_inspect_tlv *t, const struct tn_key_pair *k) {
    const struct tn_inspect *r = l->ret;
    const uint8_t *message = r->is_pure ? l->p : r->computed;
    size_t len = r->is_pure ? tn_image_hashed_len(&r->hdr) : r->hash_len;

    return tn_key_sig_tlv(k->kind) == t->type && tn_key_sha_fits(k->kind, r->hash_len * 8u) &&
            tn_key_verify_message(k, message, len, l->p + t->off, t->len);
}

// Checks one signature.
static void judge(
        struct looker *l, const struct tn_inspect_tlv *by, const struct tn_inspect_tlv *t) {
    struct tn_inspect *r = l->ret;
    size_t key = named_key(l, by);

    if (l->nkeys == 0) {
        r->sig = TN_SIG_UNCHECKED;
    } else if (key < l->nkeys) {
        r->signer = key;
        r->sig = r->is_sealed                     ? TN_SIG_UNCHECKED
                : is_genuine(l, t, &l->keys[key]) ? TN_SIG_GENUINE
                                                  : TN_SIG_WRONG;
    } else {
        r->sig = TN_SIG_FOREIGN;
    }
}

// A KEYHASH or PUBKEY names the key of the next signature; the first genuine one counts.
static void find_signature(struct looker *l) {
    struct tn_inspect *r = l->ret;
    const struct tn_inspect_tlv *by = NULL;

    r->sig = TN_SIG_NONE;
    r->is_pure = has_tlv(l, TN_TLV_SIG_PURE);
    for (size_t i = 0; i < r->ntlvs && r->sig != TN_SIG_GENUINE; i++) {
        const struct tn_inspect_tlv *t = &r->tlvs[i];
        if (t->is_protected) {
            continue;
        }
        if (t->type == TN_TLV_KEYHASH || t->type == TN_TLV_PUBKEY) {
            by = t;
            r->has_pubkey = t->type == TN_TLV_PUBKEY;
        }
        if (t->type == TN_TLV_KEYHASH && t->len == TN_KEY_HASH_LEN) {
            r->has_key_hash = true;
            memcpy(r->key_hash, l->p + t->off, TN_KEY_HASH_LEN);
        } else if (is_signature(t->type)) {
            judge(l, by, t);
        }
    }
}

static int look_signature(struct looker *l) {
    find_signature(l);
    switch (l->ret->sig) {
    case TN_SIG_NONE:
        return tn_fail(l->f, TN_FAULT_UNSIGNED,
                "%s: not signed, so a device would not run it; sign it by: tenon sign --key KEY",
                l->name);
    case TN_SIG_FOREIGN:
        return tn_fail(l->f, TN_FAULT_FOREIGN_KEY,
                "%s: signed with another key than the one given, so a device that trusts this key "
                "would not run it; sign it with the right key",
                l->name);
    case TN_SIG_WRONG:
        return tn_fail(l->f, TN_FAULT_SIGNATURE,
                "%s: its signature is wrong, although it names the right key: the file was "
                "altered; build or copy it again",
                l->name);
    default:
        return 0;
    }
}

// ---- What follows the image ------------------------------------------------------------

// A trailer's magic at the file's very end, as imgtool --pad leaves it.
static void look_padding(struct looker *l) {
    for (uint32_t align = 8; align <= 32; align *= 2) {
        struct tn_slot_shape s = {.slot_size = (uint32_t)l->len, .max_align = align};
        struct tn_slot_trailer t;
        tn_slot_trailer(&s, 0xff, &t);
        if (l->len >= l->ret->image_len + 4 * align + 16 &&
                memcmp(l->p + t.magic_off, t.magic, 16) == 0) {
            l->ret->is_padded = true;
            l->ret->is_confirmed = l->p[t.image_ok_off] == 1;
        }
    }
}

int tn_inspect(const uint8_t *image, size_t len, const struct tn_key_pair *keys, size_t nkeys,
        const char *name, struct tn_inspect *ret, struct tn_fault *f) {
    const struct tn_loaded file = {.bytes = {(uint8_t *)(uintptr_t)image, len}};

    return tn_inspect_loaded(&file, keys, nkeys, name, ret, f);
}

int tn_inspect_loaded(const struct tn_loaded *file, const struct tn_key_pair *keys, size_t nkeys,
        const char *name, struct tn_inspect *ret, struct tn_fault *f) {
    struct looker l = {file->bytes.p, file->bytes.len, file->addr, keys, nkeys, name, ret, f};

    *ret = (struct tn_inspect){.file_len = file->bytes.len};
    if (look_header(&l) || look_tlvs(&l)) {
        return -1;
    }
    look_padding(&l);
    look_wrap(&l);
    if (look_hash(&l) || look_flags(&l)) {
        return -1;
    }
    return look_signature(&l);
}
