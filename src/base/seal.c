// SPDX-License-Identifier: Apache-2.0
// The value is a byte string, not a number: it always takes four bytes.
#include "base/seal.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cbor.h"
#include "base/crc.h"

enum {
    VALUE = 4,
    LEAD = TN_SEAL_LEN - VALUE,
    AT_LEN = 2,
    BREAK = 0xff,  // the end of an indefinite map
};

static const uint8_t lead[LEAD] = {0x63, 'c', 'r', 'c', 0x44};

void tn_seal_put(struct tn_cbor_out *out) {
    static const uint8_t none[VALUE];

    tn_cbor_put_str(out, "crc");
    tn_cbor_put_bytes(out, none, VALUE);
}

void tn_seal_close(uint8_t *pkt, size_t len) {
    tn_put_le32(pkt + len - VALUE, tn_crc32(0, pkt, len - VALUE));
}

void tn_seal_around(struct tn_seal *ret, const uint8_t *pkt, size_t len) {
    memcpy(ret->head, pkt, TN_SEAL_HEAD);
    tn_put_be16(ret->head + AT_LEN, (uint16_t)(tn_get_be16(pkt + AT_LEN) + TN_SEAL_LEN));
    memcpy(ret->tail, lead, LEAD);
    uint32_t crc = tn_crc32(0, ret->head, TN_SEAL_HEAD);
    crc = tn_crc32(crc, pkt + TN_SEAL_HEAD, len - TN_SEAL_HEAD - 1);
    tn_put_le32(ret->tail + LEAD, tn_crc32(crc, lead, LEAD));
    ret->tail[TN_SEAL_LEN] = BREAK;
}

// Checks a pair that ends at len. Returns as tn_seal_look.
static int look_at(const uint8_t *pkt, size_t len) {
    if (len < TN_SEAL_LEN || memcmp(pkt + len - TN_SEAL_LEN, lead, LEAD) != 0) {
        return 0;
    }
    return tn_get_le32(pkt + len - VALUE) == tn_crc32(0, pkt, len - VALUE) ? 1 : -1;
}

int tn_seal_look(const uint8_t *pkt, size_t len) {
    int found = look_at(pkt, len);

    return found || !len || pkt[len - 1] != BREAK ? found : look_at(pkt, len - 1);
}
