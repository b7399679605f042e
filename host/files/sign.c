// SPDX-License-Identifier: Apache-2.0
// Builds an image in one buffer that is large enough from the start: header area and payload, the
// protected TLVs, then the TLVs that the hash does not cover. The order of TLVs is imgtool's, so
// that files can be compared byte by byte up to the signature, in which imgtool has a random part.
#include "host/files/sign.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "host/files/key_list.h"
#include "host/files/key_priv.h"

enum {
    AES_BLOCK = 16,
    // The unprotected TLVs at their largest: info, hash, pure, key, signature, wrapped key.
    TLVS_MAX = TN_TLV_INFO_LEN + 5 * TN_TLV_HEAD_LEN + TN_HASH_MAX + 1 + TN_KEY_DER_MAX +
            TN_KEY_SIG_MAX + TN_ENCRYPT_TLV_MAX,
    COUNTER_LEN = 4,
    DEPENDENCY_LEN = 12,
};

// Reads one decimal number of text, at most max, and the character behind it.
static const char *number(const char *text, uint32_t max, uint32_t *ret) {
    uint64_t v = 0;
    const char *p = text;

    while (*p >= '0' && *p <= '9' && v <= max) {
        v = v * 10 + (uint64_t)(*p++ - '0');
    }
    *ret = (uint32_t)v;
    return p == text || v > max ? NULL : p;
}

int tn_version_parse(const char *text, struct tn_version *ret) {
    static const uint32_t max[3] = {255, 255, 65535};
    uint32_t part[3] = {0};
    uint32_t build = 0;
    const char *p = text;

    for (int i = 0; i < 3; i++) {
        p = number(p, max[i], &part[i]);
        if (!p || *p != '.' || i == 2) {
            break;
        }
        p++;
    }
    // imgtool writes the build number behind '+'; devices, and so our own output, behind a '.'.
    if (p && (*p == '+' || *p == '.')) {
        p = number(p + 1, UINT32_MAX, &build);
    }
    if (!p || *p) {
        return -1;
    }
    *ret = (struct tn_version){(uint8_t)part[0], (uint8_t)part[1], (uint16_t)part[2], build};
    return 0;
}

// Reads "(1, 1.2.3)" and returns what follows; NULL if it is something else.
static const char *dependency(const char *text, struct tn_sign_dependency *ret) {
    char version[TN_VERSION_TEXT];
    uint32_t image;
    const char *p = *text == '(' ? number(text + 1, UINT8_MAX, &image) : NULL;

    if (!p || *p != ',') {
        return NULL;
    }
    p += 1 + strspn(p + 1, " ");
    size_t len = strcspn(p, ")");
    if (!p[len] || len >= sizeof(version)) {
        return NULL;
    }
    memcpy(version, p, len);
    version[len] = 0;
    ret->image = (uint8_t)image;
    return tn_version_parse(version, &ret->least) ? NULL : p + len + 1;
}

int tn_sign_dependencies_parse(const char *text, struct tn_sign_opts *ret) {
    ret->ndependencies = 0;
    for (;;) {
        if (ret->ndependencies == TN_SIGN_DEPENDENCIES) {
            return -1;
        }
        text = dependency(text, &ret->dependencies[ret->ndependencies]);
        if (!text) {
            return -1;
        }
        ret->ndependencies++;
        text += strspn(text, " ");
        if (!*text) {
            return 0;
        }
        if (*text != ',') {
            return -1;
        }
        text += 1 + strspn(text + 1, " ");
    }
}

// ---- The image -------------------------------------------------------------------------

// An image while it is built. The buffer has room for all parts.
struct maker {
    uint8_t *p;
    size_t len;
};

// The buffer has room: tn_sign allocates for the largest of each part.
static void put(struct maker *m, const void *bytes, size_t len) {
    memcpy(m->p + m->len, bytes, len);
    m->len += len;
}

static void put_le16_pair(struct maker *m, uint16_t a, uint16_t b) {
    tn_put_le16(m->p + m->len, a);
    tn_put_le16(m->p + m->len + 2, b);
    m->len += 4;
}

static void put_tlv(struct maker *m, uint16_t type, const void *bytes, size_t len) {
    put_le16_pair(m, type, (uint16_t)len);
    put(m, bytes, len);
}

static uint32_t encryption_flag(const struct tn_sign_opts *o) {
    if (!o->encrypt) {
        return 0;
    }
    unsigned bits = o->encrypt->bits ? o->encrypt->bits
            : o->encrypt->kek        ? (unsigned)(8 * o->encrypt->kek->len)
                                     : 128;
    return bits == 256 ? TN_IMAGE_ENCRYPTED_AES256 : TN_IMAGE_ENCRYPTED_AES128;
}

// MCUboot decrypts whole blocks: imgtool fills the last one with zeros.
static void fill_block(struct maker *m, const struct tn_sign_opts *o) {
    while (o->encrypt && (m->len - o->hdr_size) % AES_BLOCK) {
        m->p[m->len++] = 0;
    }
}

// Bytes of the protected TLVs, with the head of their area; 0: there are none.
static uint16_t protected_len(const struct tn_sign_opts *o) {
    size_t len = o->ndependencies * (TN_TLV_HEAD_LEN + DEPENDENCY_LEN);

    len += o->has_counter ? TN_TLV_HEAD_LEN + COUNTER_LEN : 0;
    len += o->key_list ? TN_TLV_HEAD_LEN + o->key_list->len : 0;
    return (uint16_t)(len ? len + TN_TLV_INFO_LEN : 0);
}

// Writes header area and payload.
static int put_content(struct maker *m, const struct tn_buf *payload, const struct tn_sign_opts *o,
        const char *name, struct tn_fault *f) {
    size_t head = o->pad_header ? o->hdr_size : 0;

    memset(m->p, o->erased, head);
    m->len = head;
    put(m, payload->p, payload->len);
    for (size_t i = 0; i < o->hdr_size && !o->pad_header; i++) {
        if (i >= m->len || m->p[i]) {
            return tn_fail(f, TN_FAULT_USAGE,
                    "%s: does not begin with the %u zeros that leave room for a header; link it "
                    "behind the header, or give --pad-header",
                    name, (unsigned)o->hdr_size);
        }
    }
    fill_block(m, o);
    struct tn_image_hdr h = {.load_addr = o->load_addr,
            .hdr_size = (uint16_t)o->hdr_size,
            .protect_tlv_size = protected_len(o),
            .img_size = (uint32_t)(m->len - o->hdr_size),
            .flags = (o->rom_fixed ? TN_IMAGE_ROM_FIXED : 0) | encryption_flag(o),
            .version = o->version};
    tn_image_hdr_put(m->p, &h);
    return 0;
}

// MCUboot's image_dependency: {image u8, 3 bytes, major u8, minor u8, revision u16, build u32}.
static void put_dependency(struct maker *m, const struct tn_sign_dependency *d) {
    uint8_t raw[DEPENDENCY_LEN] = {d->image};

    raw[4] = d->least.major;
    raw[5] = d->least.minor;
    tn_put_le16(raw + 6, d->least.revision);
    tn_put_le32(raw + 8, d->least.build);
    put_tlv(m, TN_TLV_DEPENDENCY, raw, sizeof(raw));
}

// In imgtool's order.
static void put_protected(struct maker *m, const struct tn_sign_opts *o) {
    uint8_t counter[COUNTER_LEN];

    if (!protected_len(o)) {
        return;
    }
    put_le16_pair(m, TN_TLV_MAGIC_PROTECTED, protected_len(o));
    if (o->has_counter) {
        tn_put_le32(counter, o->counter);
        put_tlv(m, TN_TLV_SEC_CNT, counter, sizeof(counter));
    }
    for (size_t i = 0; i < o->ndependencies; i++) {
        put_dependency(m, &o->dependencies[i]);
    }
    if (o->key_list) {
        put_tlv(m, TN_TLV_KEY_LIST, o->key_list->p, (uint16_t)o->key_list->len);
    }
}

static unsigned sha_of(const struct tn_sign_opts *o) {
    return o->sha ? o->sha : o->key ? tn_key_sha(o->key->kind, o->pure) : 256;
}

// The message that is signed. digest: room for TN_HASH_MAX bytes.
static void find_message(const struct maker *m, const struct tn_sign_opts *o, uint8_t *digest,
        const uint8_t **ret, size_t *ret_len) {
    tn_sha2(sha_of(o), m->p, m->len, digest);
    *ret = o->pure ? m->p : digest;
    *ret_len = o->pure ? m->len : sha_of(o) / 8;
}

// A signature made elsewhere, in the form of the TLV. Refuses one that is wrong: the device would.
static int take_signature(const struct tn_sign_opts *o, const uint8_t *message, size_t len,
        uint8_t *ret_sig, size_t *ret_len, struct tn_fault *f) {
    const struct tn_buf *given = o->signature;
    size_t n = given->len;

    if (n <= TN_KEY_SIG_MAX) {
        memcpy(ret_sig, given->p, n);
    }
    if (n == o->key->len && tn_key_sig_tlv(o->key->kind) == TN_TLV_ECDSA_SIG) {
        n = tn_key_sig_to_der(given->p, n, ret_sig);
    }
    if (n > TN_KEY_SIG_MAX || !tn_key_verify_message(o->key, message, len, ret_sig, n)) {
        return tn_fail(f, TN_FAULT_SIGNATURE,
                "the signature is not this key's of this image: sign the bytes that --digest-out "
                "writes with the same options, and give that key's public half by --key");
    }
    *ret_len = n;
    return 0;
}

// Writes key and signature.
static int put_signature(struct maker *m, const struct tn_sign_opts *o, const uint8_t *message,
        size_t len, struct tn_fault *f) {
    const struct tn_key_pair *key = o->key;
    uint8_t hash[TN_HASH_MAX];
    uint8_t sig[TN_KEY_SIG_MAX];
    size_t sig_len;

    if (o->signature ? take_signature(o, message, len, sig, &sig_len, f)
                     : tn_key_sign_message(key, message, len, o->random, sig, &sig_len, f)) {
        return -1;
    }
    if (o->whole_key) {
        put_tlv(m, TN_TLV_PUBKEY, key->der, key->der_len);
    } else {
        tn_sha2(sha_of(o), key->der, key->der_len, hash);
        put_tlv(m, TN_TLV_KEYHASH, hash, sha_of(o) / 8);
    }
    put_tlv(m, tn_key_sig_tlv(key->kind), sig, sig_len);
    return 0;
}

// Writes the TLVs that the hash does not cover: hash, key, signature.
static int put_unprotected(struct maker *m, const struct tn_sign_opts *o, struct tn_fault *f) {
    size_t info = m->len;
    uint8_t digest[TN_HASH_MAX];
    const uint8_t *message;
    size_t len;
    int err = 0;

    find_message(m, o, digest, &message, &len);
    m->len += TN_TLV_INFO_LEN;
    put_tlv(m,
            sha_of(o) == 512           ? TN_TLV_SHA512
                    : sha_of(o) == 384 ? TN_TLV_SHA384
                                       : TN_TLV_SHA256,
            digest, sha_of(o) / 8);
    if (o->pure) {
        put_tlv(m, TN_TLV_SIG_PURE, "\1", 1);
    }
    if (o->key) {
        err = put_signature(m, o, message, len, f);
    }
    tn_put_le16(m->p + info, TN_TLV_MAGIC);
    tn_put_le16(m->p + info + 2, (uint16_t)(m->len - info));
    return err;
}

// Adds the wrapped key behind the TLVs, and encrypts the payload.
static int encrypt(struct maker *m, const struct tn_sign_opts *o, struct tn_fault *f) {
    struct tn_image_secret key;
    struct tn_wrapped wrapped;
    struct tn_image_hdr h;

    if (tn_encrypt_make(o->encrypt, &key, &wrapped, f)) {
        return -1;
    }
    tn_image_hdr_get(&h, m->p);
    uint32_t info = tn_image_hashed_len(&h);
    put_tlv(m, wrapped.type, wrapped.bytes, wrapped.len);
    tn_put_le16(m->p + info + 2, (uint16_t)(m->len - info));
    return o->clear ? 0 : tn_encrypt_payload(&key, m->p + h.hdr_size, h.img_size, f);
}

// Options about key and hash that contradict each other, or make what no device accepts.
static int check_key(const struct tn_sign_opts *o, bool signs, struct tn_fault *f) {
    if (o->key && o->key->kind == TN_KEY_X25519) {
        return tn_fail(f, TN_FAULT_USAGE,
                "an X25519 key encrypts and does not sign; give another one by --key");
    }
    if (o->pure && o->key && o->key->kind != TN_KEY_ED25519) {
        return tn_fail(f, TN_FAULT_USAGE, "--pure is for Ed25519 keys, and this is %s",
                tn_key_kind_words(o->key->kind));
    }
    if (o->pure && o->sha && o->sha != 512) {
        return tn_fail(f, TN_FAULT_USAGE, "--pure goes with SHA-512 only: leave --sha out");
    }
    if (o->key && o->sha && !tn_key_sha_fits(o->key->kind, o->sha)) {
        return tn_fail(f, TN_FAULT_USAGE,
                "--sha %u: with an %s key, MCUboot and imgtool take images with SHA-%u%s", o->sha,
                tn_key_kind_words(o->key->kind), tn_key_sha(o->key->kind, false),
                o->key->kind == TN_KEY_ED25519 ? " and SHA-512" : "");
    }
    if (signs && o->signature && !o->key) {
        return tn_fail(f, TN_FAULT_USAGE, "--signature needs the public key of who made it: --key");
    }
    if (signs && o->key && !o->key->has_private && !o->signature) {
        return tn_fail(f, TN_FAULT_USAGE,
                "signing needs the private key, and this file holds only the public half");
    }
    return 0;
}

// Also fills in the defaults of the slot.
static int check_opts(const struct tn_buf *payload, struct tn_sign_opts *o, bool signs,
        const char *name, struct tn_fault *f) {
    if (o->hdr_size < TN_IMAGE_HDR_LEN || o->hdr_size > UINT16_MAX) {
        return tn_fail(
                f, TN_FAULT_USAGE, "--header-size is 32 to 65535, not %u", (unsigned)o->hdr_size);
    }
    if (o->encrypt && o->hdr_size % AES_BLOCK) {
        return tn_fail(f, TN_FAULT_USAGE,
                "--header-size %u: MCUboot decrypts an image only if this is a multiple of 16",
                (unsigned)o->hdr_size);
    }
    if (payload->len == 0) {
        return tn_fail(f, TN_FAULT_TRUNCATED, "%s: is empty; build it again", name);
    }
    struct tn_key_list l;
    if (check_key(o, signs, f) ||
            (o->key_list &&
                    tn_key_list_open(o->key_list->p, o->key_list->len, "--key-list", &l, f))) {
        return -1;
    }
    if (o->pad != TN_SIGN_NO_PAD && o->slot.slot_size == 0) {
        return tn_fail(
                f, TN_FAULT_USAGE, "--pad and --confirm write to the slot's end: give --slot-size");
    }
    return tn_slot_check(&o->slot, f);
}

// Refuses an image that no slot can hold. Otherwise only the device would find out, after the
// upload.
static int check_size(
        size_t len, const struct tn_slot_shape *s, const char *name, struct tn_fault *f) {
    uint32_t max = tn_slot_max_image(s);

    if (s->slot_size && len > max) {
        return tn_fail(f, TN_FAULT_TOO_LARGE,
                "%s: the image would have %zu bytes, and the slot takes at most %u (%u without "
                "its trailer%s); make it smaller",
                name, len, (unsigned)max, (unsigned)s->slot_size,
                s->sector_size ? " and the swap's spare sector" : "");
    }
    return 0;
}

// Begins an image: all that its hash covers. m->p is on the heap, with room for the rest.
static int make_content(struct maker *m, const struct tn_buf *payload, struct tn_sign_opts *o,
        bool signs, const char *name, struct tn_fault *f) {
    if (check_opts(payload, o, signs, name, f)) {
        return -1;
    }
    m->p = malloc(payload->len + o->hdr_size + AES_BLOCK + protected_len(o) + TLVS_MAX);
    if (!m->p) {
        return tn_fail_memory(f);
    }
    if (put_content(m, payload, o, name, f)) {
        free(m->p);
        return -1;
    }
    put_protected(m, o);
    return 0;
}

int tn_sign(const struct tn_buf *payload, const struct tn_sign_opts *opts, const char *name,
        struct tn_buf *ret_image, struct tn_fault *f) {
    struct tn_sign_opts o = *opts;
    struct maker m = {0};

    if (make_content(&m, payload, &o, true, name, f)) {
        return -1;
    }
    int err = put_unprotected(&m, &o, f) || (o.encrypt && encrypt(&m, &o, f)) ? -1 : 0;
    if (!err) {
        err = check_size(m.len, &o.slot, name, f);
    }
    if (err) {
        free(m.p);
        return err;
    }
    *ret_image = (struct tn_buf){m.p, m.len};
    return 0;
}

int tn_sign_message(const struct tn_buf *payload, const struct tn_sign_opts *opts, const char *name,
        struct tn_buf *ret, struct tn_fault *f) {
    struct tn_sign_opts o = *opts;
    struct maker m = {0};
    uint8_t digest[TN_HASH_MAX];
    const uint8_t *message;
    size_t len;

    if (make_content(&m, payload, &o, false, name, f)) {
        return -1;
    }
    find_message(&m, &o, digest, &message, &len);
    memmove(m.p, message, len);  // there is room for a digest
    *ret = (struct tn_buf){m.p, len};
    return 0;
}

int tn_sign_place(const struct tn_buf *image, const struct tn_sign_opts *opts, uint32_t addr,
        struct tn_segments *ret, struct tn_fault *f) {
    struct tn_sign_opts o = *opts;
    struct tn_segments s = {0};
    struct tn_slot_trailer t;

    if (tn_slot_check(&o.slot, f)) {
        return -1;
    }
    int err = tn_segments_add(&s, addr, image->p, image->len, "the image", f);
    if (!err && o.pad != TN_SIGN_NO_PAD) {
        tn_slot_trailer(&o.slot, o.erased, &t);
        if (o.pad == TN_SIGN_CONFIRM) {
            err = tn_segments_add(
                    &s, addr + t.image_ok_off, t.image_ok, o.slot.max_align, "the trailer", f);
        }
        err = err ? err : tn_segments_add(&s, addr + t.magic_off, t.magic, 16, "the trailer", f);
    }
    if (err) {
        tn_segments_free(&s);
        return err;
    }
    *ret = s;
    return 0;
}
