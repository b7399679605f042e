// SPDX-License-Identifier: Apache-2.0
#include "image/format.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    AT_HDR_SIZE = 8,
    AT_IMG_SIZE = 12,
    IMG_SIZE_MAX = INT32_MAX - 2 * UINT16_MAX,
};

int tn_image_hdr_get(struct tn_image_hdr *ret, const uint8_t *buf) {
    if (tn_get_le32(buf) != TN_IMAGE_MAGIC) {
        return TN_EMAGIC;
    }
    // Two fields of 16 bits cannot carry a sum with img_size beyond 32 bits from here on.
    if (tn_get_le16(buf + AT_HDR_SIZE) < TN_IMAGE_HDR_LEN ||
            tn_get_le32(buf + AT_IMG_SIZE) > IMG_SIZE_MAX) {
        return TN_EHEADER;
    }
    ret->load_addr = tn_get_le32(buf + 4);
    ret->hdr_size = tn_get_le16(buf + AT_HDR_SIZE);
    ret->protect_tlv_size = tn_get_le16(buf + 10);
    ret->img_size = tn_get_le32(buf + AT_IMG_SIZE);
    ret->flags = tn_get_le32(buf + 16);
    ret->version.major = buf[20];
    ret->version.minor = buf[21];
    ret->version.revision = tn_get_le16(buf + 22);
    ret->version.build = tn_get_le32(buf + 24);
    return 0;
}

void tn_image_hdr_put(uint8_t *buf, const struct tn_image_hdr *h) {
    memset(buf, 0, TN_IMAGE_HDR_LEN);
    tn_put_le32(buf, TN_IMAGE_MAGIC);
    tn_put_le32(buf + 4, h->load_addr);
    tn_put_le16(buf + 8, h->hdr_size);
    tn_put_le16(buf + 10, h->protect_tlv_size);
    tn_put_le32(buf + 12, h->img_size);
    tn_put_le32(buf + 16, h->flags);
    buf[20] = h->version.major;
    buf[21] = h->version.minor;
    tn_put_le16(buf + 22, h->version.revision);
    tn_put_le32(buf + 24, h->version.build);
}

int tn_version_compare(const struct tn_version *a, const struct tn_version *b) {
    uint32_t va = (uint32_t)a->major << 24 | (uint32_t)a->minor << 16 | a->revision;
    uint32_t vb = (uint32_t)b->major << 24 | (uint32_t)b->minor << 16 | b->revision;

    if (va == vb) {
        va = a->build;
        vb = b->build;
    }
    return (va > vb) - (va < vb);
}
