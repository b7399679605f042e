// SPDX-License-Identifier: Apache-2.0
#include "smp/packet.h"

#include "base/bytes.h"
#include "base/err.h"

int tn_smp_hdr_get(struct tn_smp_hdr *ret, const uint8_t *pkt, size_t len) {
    if (len < TN_SMP_HDR_LEN) {
        return TN_ECORRUPT;
    }
    ret->op = pkt[0] & 7;
    ret->version = pkt[0] >> 3 & 3;
    ret->len = tn_get_be16(pkt + 2);
    ret->group = tn_get_be16(pkt + 4);
    ret->seq = pkt[6];
    ret->id = pkt[7];
    return 0;
}

void tn_smp_hdr_put(uint8_t *pkt, const struct tn_smp_hdr *h) {
    pkt[0] = (uint8_t)(h->version << 3 | h->op);
    pkt[1] = 0;
    tn_put_be16(pkt + 2, h->len);
    tn_put_be16(pkt + 4, h->group);
    pkt[6] = h->seq;
    pkt[7] = h->id;
}
