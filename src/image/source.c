// SPDX-License-Identifier: Apache-2.0
#include "image/source.h"

#include "base/bytes.h"
#include "base/err.h"

int tn_image_get(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    if (off > src->limit || len > src->limit - off) {
        return TN_ESIZE;
    }
    return src->read ? src->read(src, off, buf, len)
                     : tn_area_read(src->area, src->off + off, buf, len);
}

// Flags for features that are not supported, unless the source allows them.
static const uint32_t unsupported = TN_IMAGE_ENCRYPTED | TN_IMAGE_COMPRESSED | TN_IMAGE_RAM_LOAD;

int tn_image_check(const struct tn_image_src *src, const struct tn_image_hdr *h) {
    uint32_t keys = h->flags & TN_IMAGE_ENCRYPTED;

    if (h->flags & unsupported & ~src->allow || keys == TN_IMAGE_ENCRYPTED) {  // never both
        return TN_EFLAGS;
    }
    if (tn_image_hashed_len(h) + TN_TLV_INFO_LEN > src->limit) {
        return TN_ESIZE;
    }
    return (h->flags & TN_IMAGE_ROM_FIXED) && src->addr && h->load_addr != src->addr ? TN_EADDR : 0;
}

int tn_image_open(const struct tn_image_src *src, struct tn_image_hdr *ret) {
    uint8_t raw[TN_IMAGE_HDR_LEN];
    int err = tn_image_get(src, 0, raw, sizeof(raw));

    if (!err) {
        err = tn_image_hdr_get(ret, raw);
    }
    return err ? err : tn_image_check(src, ret);
}

// Reads an area's info and checks its magic. Returns the area's whole length, or an error.
static int get_info(const struct tn_image_src *src, uint32_t off, uint16_t magic) {
    uint8_t raw[TN_TLV_INFO_LEN];
    int err = tn_image_get(src, off, raw, sizeof(raw));

    if (err) {
        return err;
    }
    uint16_t total = tn_get_le16(raw + 2);
    return tn_get_le16(raw) == magic && total >= TN_TLV_INFO_LEN ? total : TN_ETLV;
}

int tn_tlv_begin(
        struct tn_tlvs *ret, const struct tn_image_src *src, const struct tn_image_hdr *h) {
    uint32_t off = h->hdr_size + h->img_size;

    ret->src = src;
    ret->next = off + TN_TLV_INFO_LEN;
    if (h->protect_tlv_size) {
        int len = get_info(src, off, TN_TLV_MAGIC_PROTECTED);
        if (len != h->protect_tlv_size) {
            return len < 0 ? len : TN_ETLV;
        }
        off += (uint32_t)len;
    }
    int len = get_info(src, off, TN_TLV_MAGIC);
    if (len < 0) {
        return len;
    }
    ret->unprotected = off;
    ret->end = off + (uint32_t)len;
    return ret->end > src->limit ? TN_ESIZE : 0;
}

int tn_tlv_next(struct tn_tlvs *t, struct tn_tlv *ret) {
    uint8_t raw[TN_TLV_HEAD_LEN];

    if (t->next == t->unprotected) {
        t->next += TN_TLV_INFO_LEN;
    }
    if (t->next == t->end) {
        return 0;
    }
    ret->is_protected = t->next < t->unprotected;
    uint32_t end = ret->is_protected ? t->unprotected : t->end;
    if (end - t->next < TN_TLV_HEAD_LEN || tn_image_get(t->src, t->next, raw, sizeof(raw))) {
        return TN_ETLV;
    }
    ret->type = tn_get_le16(raw);
    ret->len = tn_get_le16(raw + 2);
    ret->off = t->next + TN_TLV_HEAD_LEN;
    if (ret->len > end - ret->off) {
        return TN_ETLV;
    }
    t->next = ret->off + ret->len;
    return 1;
}

int tn_image_find_tlv(const struct tn_image_src *src, const struct tn_image_hdr *h, uint32_t type,
        struct tn_tlv *ret) {
    struct tn_tlvs tlvs;
    int rc = tn_tlv_begin(&tlvs, src, h);

    while (!rc) {
        rc = tn_tlv_next(&tlvs, ret);
        if (rc <= 0) {
            return rc ? rc : TN_ENOENT;
        }
        rc = (ret->is_protected ? TN_TLV_PROTECTED : 0) + ret->type != type ? 0 : 1;
    }
    return rc < 0 ? rc : 0;
}

static bool is_hash(const struct tn_tlv *tlv) {
    return !tlv->is_protected && tlv->type >= TN_TLV_SHA256 && tlv->type <= TN_TLV_SHA512;
}

// Returns the hash's length, or an error.
static int get_hash(const struct tn_image_src *src, const struct tn_tlv *tlv, uint8_t *ret_hash) {
    int err = TN_ETLV;

    if (tlv->len >= TN_HASH_LEN && tlv->len <= TN_HASH_MAX) {
        err = tn_image_get(src, tlv->off, ret_hash, tlv->len);
    }
    return err ? err : tlv->len;
}

int tn_image_identify(
        const struct tn_image_src *src, struct tn_image_hdr *ret_hdr, uint8_t *ret_hash) {
    struct tn_tlvs tlvs;
    struct tn_tlv tlv;
    int rc = tn_image_open(src, ret_hdr);

    if (!rc) {
        rc = tn_tlv_begin(&tlvs, src, ret_hdr);
    }
    while (!rc) {
        rc = tn_tlv_next(&tlvs, &tlv);
        if (rc <= 0) {
            return rc ? rc : TN_ENOENT;
        }
        rc = is_hash(&tlv) ? get_hash(src, &tlv, ret_hash) : 0;
    }
    return rc;
}
