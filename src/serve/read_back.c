// SPDX-License-Identifier: Apache-2.0 Reads an image back. Every request reads the image's header
// and TLV areas again, and the offset is bounded by what they say and by the slot's room for an
// image: the trailer, other areas and memory are out of reach, whatever the slot holds.
#include "base/bytes.h"
#include "base/err.h"
#include "serve/tenon.h"

enum {
    PIECE = 512,   // most bytes in an answer
    BESIDES = 32,  // bytes of an answer besides them
};

// Finds the image in a place. Returns its length, header to last TLV, or an error.
static int find(const struct tn_slots *s, enum tn_place place, struct tn_image_src *src) {
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;

    tn_slots_source(s, place, src);
    src->addr = 0;           // it is read and not run: any address,
    src->allow = UINT8_MAX;  // and any kind of image
    int err = tn_image_open(src, &hdr);
    if (!err && place == TN_RUNNING && (hdr.flags & TN_IMAGE_ENCRYPTED)) {
        return TN_ESTATE;  // it was decrypted when it was installed: it must not leave the device
    }
    err = err ? err : tn_tlv_begin(&tlvs, src, &hdr);
    return err ? TN_ENOENT : (int)tlvs.end;
}

int tn_serve_read_back(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;
    struct tn_image_src src;
    uint8_t piece[PIECE];
    struct {
        uint32_t slot;
        uint32_t off;
    } r = {0};

    if (!tenon->slots) {
        return TN_ENOTSUP;
    }
    if (tn_cbor_get_form(&rq->in, "slot" TN_UINT "off" TN_UINT, &r) < 0 || r.slot > TN_SECONDARY) {
        return TN_EINVAL;
    }
    int len = find(tenon->slots, r.slot == TN_PRIMARY ? TN_RUNNING : TN_CANDIDATE, &src);
    if (len < 0 && r.slot == TN_SECONDARY) {
        len = find(tenon->slots, TN_PREVIOUS, &src);
    }
    if (len < 0) {
        return len;
    }
    if (r.off > (uint32_t)len) {
        return TN_EINVAL;
    }
    uint32_t room = (uint32_t)(rq->out.size - rq->out.len) - BESIDES;
    uint32_t n = tn_min(tn_min(PIECE, room), (uint32_t)len - r.off);
    int err = tn_image_get(&src, r.off, piece, n);
    if (err) {
        return err;
    }
    tn_cbor_pair_uint(&rq->out, "off", r.off);
    tn_cbor_put_str(&rq->out, "data");
    tn_cbor_put_bytes(&rq->out, piece, n);
    if (!r.off) {
        tn_cbor_pair_uint(&rq->out, "len", (uint32_t)len);
    }
    return 0;
}

const struct tn_smp_cmd tn_serve_tenon_read_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_TAKE_BACK, NULL, tn_serve_take_back},
        {TN_TENON_READ_BACK, tn_serve_read_back, NULL},
        {TN_TENON_RESULT, tn_serve_result, NULL},
};
