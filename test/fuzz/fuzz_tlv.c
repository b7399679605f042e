// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image in flash. A walk over its TLVs finds each one once, in order, within its
// area; identify, counter and verify agree with the walk; and no random bytes are genuine. A second
// trust has every kind of key, and rows that check what they are called with.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "fuzz.h"
#include "image/counter.h"
#include "image/other_keys.h"
#include "image/verify.h"
#include "support/device.h"

enum {
    AREA = 4096,
    HASH_STEP = 256,
};

static uint8_t mem[AREA];

struct found {
    unsigned hashes, counters, tlvs;
};

static void walk(const struct tn_image_src *src, const struct tn_image_hdr *h, struct found *ret) {
    struct tn_tlvs t;
    struct tn_tlv tlv;
    uint32_t at = h->hdr_size + h->img_size;
    bool was_protected = true;
    int more = 0;

    if (tn_tlv_begin(&t, src, h)) {
        return;
    }
    PROMISE(t.end <= src->limit && t.end > at);
    while ((more = tn_tlv_next(&t, &tlv)) > 0) {
        PROMISE(tlv.off >= at + TN_TLV_HEAD_LEN && tlv.off + tlv.len <= t.end);
        PROMISE(was_protected || !tlv.is_protected);
        PROMISE(!tlv.is_protected || tlv.off + tlv.len <= tn_image_hashed_len(h));
        PROMISE(tlv.is_protected || tlv.off > tn_image_hashed_len(h));
        was_protected = tlv.is_protected;
        at = tlv.off + tlv.len;
        ret->hashes += tlv.type >= TN_TLV_SHA256 && tlv.type <= TN_TLV_SHA512 &&
                tlv.len >= TN_HASH_LEN && tlv.len <= TN_HASH_MAX;
        ret->counters += tlv.type == TN_TLV_SEC_CNT && tlv.is_protected;
        PROMISE(++ret->tlvs <= AREA / TN_TLV_HEAD_LEN);
    }
}

static void verify(const struct tn_image_src *src, bool hash_only) {
    struct tn_verify v = {.src = *src};
    unsigned steps = 0;

    tn_verify_begin(&v, &test_trust, hash_only);
    while (tn_verify_step(&v) == TN_MORE) {
        PROMISE(++steps <= AREA / HASH_STEP + AREA / TN_TLV_HEAD_LEN + 2);
    }
    PROMISE(tn_verify_result(&v) != TN_GENUINE);
    PROMISE(tn_verify_result(&v) == TN_REFUSED || (hash_only && tn_verify_result(&v) == TN_WHOLE));
}

// ---- Every kind of key --------------------------------------------------------------------------

enum {
    LONG = 256,                              // bytes of an RSA signature
    HASHES = 2 + TN_HASH_LEN + TN_HASH_MAX,  // the keys lie a byte apart
};

static uint8_t sig_buf[LONG];
static const uint8_t hashes[HASHES] = {0x11, 0x11};
static const struct tn_key all_keys[] = {{TN_KEY_P384, TN_KEY_FOR_IMAGES, 96, hashes, hashes},
        {TN_KEY_RSA2048, TN_KEY_FOR_IMAGES, 256, hashes + 1, hashes},
        {TN_KEY_ED25519, TN_KEY_FOR_IMAGES, 32, hashes + 2, hashes}, {0}};

static uint32_t refuse(const struct tn_key *key, const uint8_t *hash, size_t hash_len,
        const uint8_t *sig, size_t sig_len) {
    unsigned sum = 0;

    PROMISE(key->kind && (hash_len == 32 || hash_len == 48 || hash_len == 64));
    PROMISE(sig_len <= LONG);
    for (size_t i = 0; i < hash_len; i++) {
        sum += hash[i];
    }
    for (size_t i = 0; i < sig_len; i++) {  // the sanitizer looks on
        sum += sig[i];
    }
    TN_OPAQUE(sum);
    return 0;
}

static void begin_pure(struct tn_hash *h, const struct tn_key *key, const uint8_t *sig) {
    PROMISE(key->kind == TN_KEY_ED25519);
    tn_hash_begin(h, &tn_sha512_bearssl);
    tn_hash_add(h, sig, 32);
}

static uint32_t end_pure(const struct tn_key *key, const uint8_t *hash, const uint8_t *sig) {
    PROMISE(key->kind == TN_KEY_ED25519 && memcmp(sig, sig_buf, 64) == 0);
    return refuse(key, hash, TN_HASH_MAX, sig, 64);
}

static const struct tn_sig_alg p384 = {TN_TLV_ECDSA_SIG, TN_KEY_P384, refuse};
static const struct tn_sig_alg rsa = {TN_TLV_RSA2048_PSS, TN_KEY_RSA2048, refuse};
static const struct tn_sig_alg ed25519 = {TN_TLV_ED25519, TN_KEY_ED25519, refuse};
static const struct tn_sig_alg *const all_algs[] = {&p384, &rsa, &ed25519};
static const struct tn_hash_alg *const all_hashes[] = {
        &tn_sha256_bearssl, &tn_sha384_bearssl, &tn_sha512_bearssl};
static const struct tn_pure_alg pure = {TN_TLV_ED25519, TN_KEY_ED25519, 64, begin_pure, end_pure};
static const struct tn_other_keys other = {tn_other_keys_look_at, sig_buf, LONG, true, &pure};
static const struct tn_trust every_kind = {.hash = &tn_sha256_bearssl,
        .algs = all_algs,
        .nalgs = TN_LEN(all_algs),
        .keys = all_keys,
        .pick_hash = tn_trust_pick_hash,
        .hashes = all_hashes,
        .nhashes = TN_LEN(all_hashes),
        .other = &other};

// Writes the image's hash behind the info of its TLVs, so that the rest is read. What the input has
// there goes.
static void put_hash(const struct tn_image_hdr *h, const struct tn_hash_alg *alg) {
    uint32_t at = tn_image_hashed_len(h);
    struct tn_hash hash;

    if (at + TN_TLV_INFO_LEN + TN_TLV_HEAD_LEN + TN_HASH_MAX > AREA) {
        return;
    }
    tn_hash_begin(&hash, alg);
    tn_hash_add(&hash, mem, at);
    tn_put_le16(mem + at + TN_TLV_INFO_LEN, alg->tlv);
    tn_put_le16(mem + at + TN_TLV_INFO_LEN + 2, alg->len);
    tn_hash_end(&hash, mem + at + TN_TLV_INFO_LEN + TN_TLV_HEAD_LEN);
}

static void verify_every_kind(const struct tn_image_src *src, const struct tn_image_hdr *h) {
    struct tn_verify v = {.src = *src};
    unsigned steps = 0;

    put_hash(h, all_hashes[h->img_size % TN_LEN(all_hashes)]);
    tn_verify_begin(&v, &every_kind, false);
    // A pure signature takes another pass over the image: each TLV may be one.
    while (tn_verify_step(&v) == TN_MORE) {
        PROMISE(++steps <= (AREA / TN_VERIFY_STEP + 3) * (AREA / 68 + 1) + AREA / TN_TLV_HEAD_LEN);
    }
    PROMISE(tn_verify_result(&v) == TN_REFUSED);
}

// Writes a header with sizes that may fit in front of the bytes of the input.
static void load(struct fuzz_in *in) {
    uint8_t how = fuzz_u8(in);
    struct tn_image_hdr h = {.hdr_size = (uint16_t)(32 + fuzz_u8(in)),
            .protect_tlv_size = how & 1 ? fuzz_u8(in) : 0,
            .img_size = how & 2 ? fuzz_u32(in) : fuzz_u16(in) & 511u,
            .flags = how & 4 ? fuzz_u16(in) : 0};

    memset(mem, 0xff, sizeof(mem));
    tn_image_hdr_put(mem, &h);
    uint32_t at = how & 8 ? 0 : h.hdr_size + (h.img_size & 511u);
    size_t n = fuzz_take(in, mem + at, sizeof(mem) - at);
    if (how & 16 && n >= TN_TLV_INFO_LEN) {
        mem[at] = how & 1 ? 0x08 : 0x07;
        mem[at + 1] = 0x69;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_flash_run run = {1024, AREA / 1024};
    struct fuzz_in in = {data, size};
    struct tn_image_hdr h;
    struct tn_nor nor;
    struct found found = {0, 0, 0};
    uint8_t hash[TN_HASH_MAX];
    uint32_t counter = 0;

    uint32_t limit = fuzz_u16(&in) % (AREA + 1);
    load(&in);
    tn_nor_init(&nor, mem, &run, 1, 4, 0xff);
    const struct tn_area area = {&nor.flash, 0, AREA};
    const struct tn_image_src src = {.area = &area, .limit = limit & 1 ? AREA : limit};
    if (tn_image_open(&src, &h) == 0) {
        walk(&src, &h, &found);
        PROMISE(tn_image_hashed_len(&h) <= src.limit);
    }
    int len = tn_image_identify(&src, &h, hash);
    PROMISE(len <= TN_HASH_MAX && len != 0);
    if (len > 0) {
        PROMISE(found.hashes > 0);
    }
    if (tn_image_counter(&src, &counter) == 0) {
        PROMISE(!counter || found.counters > 0);
    }
    verify(&src, true);
    verify(&src, false);
    if (tn_image_open(&src, &h) == 0) {
        verify_every_kind(&src, &h);
    }
    return 0;
}
