// SPDX-License-Identifier: Apache-2.0
#include "image/format.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    WORDS = 7,  // of the header's 8 words, the used ones
    IMG_SIZE_MAX = INT32_MAX - 2 * UINT16_MAX,
};

int tn_image_hdr_get(struct tn_image_hdr *ret, const uint8_t *buf) {
    uint32_t word[WORDS];

    for (unsigned i = 0; i < WORDS; i++) {
        word[i] = tn_get_le32(buf + 4 * i);
    }
    if (word[0] != TN_IMAGE_MAGIC) {
        return TN_EMAGIC;
    }
    // After this check, img_size plus two 16-bit fields stays within 31 bits.
    if ((word[2] & 0xffff) < TN_IMAGE_HDR_LEN || word[3] > IMG_SIZE_MAX) {
        return TN_EHEADER;
    }
    ret->load_addr = word[1];
    ret->hdr_size = (uint16_t)word[2];
    ret->protect_tlv_size = (uint16_t)(word[2] >> 16);
    ret->img_size = word[3];
    ret->flags = word[4];
    ret->version.major = (uint8_t)word[5];
    ret->version.minor = (uint8_t)(word[5] >> 8);
    ret->version.revision = (uint16_t)(word[5] >> 16);
    ret->version.build = word[6];
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
