// SPDX-License-Identifier: Apache-2.0
// Any bytes as a wrapped key, for every row, and any bytes as an image whose key is looked for. A
// row returns a key's length or TN_EUNWRAP, and writes no byte behind the longest key; the
// sanitizer sees what it reads. The TLV that is found lies in the image, and is the first of its
// kinds.
#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "fuzz.h"
#include "image/decrypt.h"
#include "nor.h"

#include <stdlib.h>

enum {
    AREA = 2048,
    GUARD = 0xa7,
};

// Numbers of the right sizes, as good as any: no row checks its own key. RSA's are odd, as the
// library wants its factors.
static uint8_t numbers[5 * 128];
static const struct tn_ecies_key microecc = {&tn_ecdh_microecc, numbers};
static const struct tn_ecies_key x25519 = {&tn_ecdh_x25519, numbers};
static const struct tn_kw_key kw_128 = {numbers, 16};
static const struct tn_kw_key kw_256 = {numbers, 32};
static const struct tn_rsa_key rsa = {numbers};

// P-256 by micro-ecc alone: p256-m links only where functions that nobody calls are dropped.
static const struct tn_unwrap all[] = {{TN_TLV_ENC_EC256, tn_unwrap_ecies, &microecc},
        {TN_TLV_ENC_X25519, tn_unwrap_ecies, &x25519}, {TN_TLV_ENC_KW, tn_unwrap_kw, &kw_128},
        {TN_TLV_ENC_RSA2048, tn_unwrap_rsa_i15, &rsa},
        {TN_TLV_ENC_X25519_SHA512, tn_unwrap_ecies_sha512, &x25519},
        {TN_TLV_ENC_KW, tn_unwrap_kw, &kw_256}, {TN_TLV_ENC_RSA2048, tn_unwrap_rsa_i31, &rsa}};

// A copy of the right size on the heap, so that a byte too many is seen.
static int unwrap(const struct tn_unwrap *u, const uint8_t *data, size_t len) {
    uint8_t key[TN_CIPHER_KEY_MAX + 16];
    uint8_t *copy = malloc(len ? len : 1);

    PROMISE(copy != NULL);
    if (len) {
        memcpy(copy, data, len);
    }
    memset(key, GUARD, sizeof(key));
    int rc = u->unwrap(u, copy, len, key);
    free(copy);
    PROMISE(rc == TN_AES128_KEY || rc == TN_AES256_KEY || rc == TN_EUNWRAP);
    for (size_t i = TN_CIPHER_KEY_MAX; i < sizeof(key); i++) {
        PROMISE(key[i] == GUARD);
    }
    return rc;
}

static bool has_row(const struct tn_secrets *s, uint16_t type) {
    for (size_t i = 0; i < s->nunwraps; i++) {
        if (s->unwraps[i]->tlv == type) {
            return true;
        }
    }
    return false;
}

static void look_for_key(const struct tn_secrets *s, const struct tn_image_src *src) {
    struct tn_image_hdr h;
    struct tn_image_key key = {0};
    struct tn_tlvs tlvs;
    struct tn_tlv first;
    struct tn_tlv tlv;

    if (tn_image_open(src, &h)) {
        return;
    }
    int err = tn_image_find_key(s, src, &h, &tlv);
    int rc = tn_tlv_begin(&tlvs, src, &h);
    while (!rc) {
        rc = tn_tlv_next(&tlvs, &first) - 1;
        if (!rc && has_row(s, first.type)) {
            break;
        }
    }
    PROMISE(err || (!rc && tlv.off == first.off && tlv.len == first.len));
    PROMISE(err || (tlv.len <= TN_WRAP_MAX && tlv.off + tlv.len <= src->limit));
    PROMISE(!err || rc || first.len > TN_WRAP_MAX);
    err = tn_image_get_key(s, src, &h, &key);
    PROMISE(err <= 0 && (err ? !key.len : key.len == TN_AES128_KEY || key.len == TN_AES256_KEY));
    PROMISE(key.begin == h.hdr_size && key.end == h.hdr_size + h.img_size);
}

static uint8_t mem[AREA];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_flash_run run = {1024, AREA / 1024};
    struct fuzz_in in = {data, size};
    uint8_t how = fuzz_u8(&in);
    const struct tn_unwrap *u = &all[how % TN_LEN(all)];
    struct tn_nor nor;

    for (size_t i = 0; i < sizeof(numbers); i++) {
        numbers[i] = (uint8_t)(0x41 + i * 2);
    }
    if (how & 0x80) {
        unwrap(u, in.p, in.left < TN_WRAP_MAX ? in.left : TN_WRAP_MAX);
        return 0;
    }
    const struct tn_unwrap *const rows[] = {u, &all[(how + 1u) % 4]};
    const struct tn_secrets secrets = {&tn_aes_bearssl, rows, u->tlv == rows[1]->tlv ? 1 : 2};
    struct tn_image_hdr h = {.hdr_size = (uint16_t)(32 + (fuzz_u8(&in) & 31)),
            .img_size = fuzz_u8(&in),
            .protect_tlv_size = how & 0x40 ? fuzz_u8(&in) : 0,
            .flags = TN_IMAGE_ENCRYPTED_AES128};
    uint32_t limit = how & 0x20 ? fuzz_u16(&in) % (AREA + 1) : AREA;
    memset(mem, 0xff, sizeof(mem));
    tn_image_hdr_put(mem, &h);
    uint32_t at = h.hdr_size + h.img_size;
    fuzz_take(&in, mem + at, sizeof(mem) - at);
    tn_put_le16(mem + at, how & 0x40 ? TN_TLV_MAGIC_PROTECTED : TN_TLV_MAGIC);
    tn_nor_init(&nor, mem, &run, 1, 4, 0xff);
    const struct tn_area area = {&nor.flash, 0, AREA};
    const struct tn_image_src src = {.area = &area, .limit = limit, .allow = TN_IMAGE_ENCRYPTED};
    look_for_key(&secrets, &src);
    return 0;
}
