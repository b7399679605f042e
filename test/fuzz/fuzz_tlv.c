// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image in flash. A walk over its TLVs finds each one once, in order, within its
// area; identify, counter and verify agree with the walk; and no random bytes are genuine.
#include "base/err.h"
#include "fuzz.h"
#include "image/counter.h"
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
    return 0;
}
