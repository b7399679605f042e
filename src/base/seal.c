// SPDX-License-Identifier: Apache-2.0
// A byte string, not a number: four bytes whatever the value.
#include "base/seal.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cbor.h"
#include "base/crc.h"

enum { VALUE = 4 };

static const uint8_t lead[TN_SEAL_LEN - VALUE] = {0x63, 'c', 'r', 'c', 0x44};

void tn_seal_put(struct tn_cbor_out *out) {
    static const uint8_t none[VALUE];

    tn_cbor_put_str(out, "crc");
    tn_cbor_put_bytes(out, none, VALUE);
}

void tn_seal_close(uint8_t *pkt, size_t len) {
    tn_put_le32(pkt + len - VALUE, tn_crc32(0, pkt, len - VALUE));
}

bool tn_seal_holds(const uint8_t *pkt, size_t len) {
    return len < TN_SEAL_LEN || memcmp(pkt + len - TN_SEAL_LEN, lead, sizeof(lead)) != 0 ||
            tn_get_le32(pkt + len - VALUE) == tn_crc32(0, pkt, len - VALUE);
}
