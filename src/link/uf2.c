// SPDX-License-Identifier: Apache-2.0
#include "link/uf2.h"

#include "base/bytes.h"
#include "base/err.h"

enum {
    AT_FLAGS = 8,
    AT_ADDR = 12,
    AT_LEN = 16,
    AT_NUMBER = 20,
    AT_COUNT = 24,
    AT_FAMILY = 28,
    AT_DATA = 32,
    AT_END = 508,
};

bool tn_uf2_is_block(const uint8_t *p) {
    return tn_get_le32(p) == 0x0a324655u && tn_get_le32(p + 4) == 0x9e5d5157u &&
            tn_get_le32(p + AT_END) == 0x0ab16f30u;
}

int tn_uf2_get(struct tn_uf2_block *ret, const uint8_t *p) {
    const struct tn_uf2_block b = {
            .flags = tn_get_le32(p + AT_FLAGS),
            .addr = tn_get_le32(p + AT_ADDR),
            .len = tn_get_le32(p + AT_LEN),
            .number = tn_get_le32(p + AT_NUMBER),
            .count = tn_get_le32(p + AT_COUNT),
            .family = tn_get_le32(p + AT_FAMILY),
            .data = p + AT_DATA,
    };

    if (b.len > TN_UF2_DATA_MAX || b.number >= b.count) {
        return TN_ECORRUPT;
    }
    *ret = b;
    return 0;
}
