// SPDX-License-Identifier: Apache-2.0
#include "image/counter.h"

#include "base/bytes.h"
#include "base/err.h"

int tn_image_counter(const struct tn_image_src *src, uint32_t *ret) {
    struct tn_image_hdr hdr;
    struct tn_tlv tlv;
    uint8_t raw[4] = {0};
    int err = tn_image_open(src, &hdr);

    if (!err) {
        err = tn_image_find_tlv(src, &hdr, TN_TLV_PROTECTED + TN_TLV_SEC_CNT, &tlv);
        if (!err) {
            err = tlv.len == sizeof(raw) ? tn_image_get(src, tlv.off, raw, sizeof(raw)) : TN_ETLV;
        }
    }
    *ret = tn_get_le32(raw);
    return err == TN_ENOENT ? 0 : err;
}
