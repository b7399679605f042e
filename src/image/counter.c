// SPDX-License-Identifier: Apache-2.0
#include "image/counter.h"

#include "base/bytes.h"
#include "base/err.h"

int tn_image_counter(const struct tn_image_src *src, uint32_t *ret) {
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;
    struct tn_tlv tlv;
    uint8_t raw[4] = {0};
    int err = tn_image_open(src, &hdr);

    if (!err) {
        err = tn_tlv_begin(&tlvs, src, &hdr);
    }
    while (!err && (err = tn_tlv_next(&tlvs, &tlv)) > 0) {
        err = 0;
        if (tlv.type == TN_TLV_SEC_CNT && tlv.is_protected) {
            err = tlv.len == sizeof(raw) ? tn_image_get(src, tlv.off, raw, sizeof(raw)) : TN_ETLV;
            break;
        }
    }
    *ret = tn_get_le32(raw);
    return err;
}
