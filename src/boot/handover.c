// SPDX-License-Identifier: Apache-2.0
// Record: magic (4) | format | mode | slot | strategy | event | reason | loader (3) | outcome |
// attempts | image | max_image (4) | rules | why | 0 (6) | CRC-32 of the 28 bytes before (4).
#include "boot/handover.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/err.h"

#define MAGIC 0x6f684e54u  // "TNho"

enum {
    FORMAT = 1,
    AT_FORMAT = 4,
    AT_LOADER = 10,
    AT_OUTCOME = 13,
    AT_IMAGE = 15,
    AT_MAX_IMAGE = 16,
    AT_RULES = 20,
    AT_WHY = 21,
    AT_CRC = TN_HANDOVER_LEN - 4,
};

void tn_handover_put(const struct tn_retained *r, const struct tn_handover *h) {
    uint8_t rec[TN_HANDOVER_LEN] = {0};

    tn_put_le32(rec, MAGIC);
    rec[AT_FORMAT] = FORMAT;
    rec[5] = h->mode;
    rec[6] = h->slot;
    rec[7] = h->strategy;
    rec[8] = h->event;
    rec[9] = (uint8_t)h->reason;
    memcpy(rec + AT_LOADER, h->loader, sizeof(h->loader));
    rec[AT_OUTCOME] = h->outcome;
    rec[AT_OUTCOME + 1] = h->attempts;
    rec[AT_IMAGE] = h->image;
    tn_put_le32(rec + AT_MAX_IMAGE, h->max_image);
    rec[AT_RULES] = h->rules;
    rec[AT_WHY] = h->why;
    tn_put_le32(rec + AT_CRC, tn_crc32(0, rec, AT_CRC));
    r->store(r, rec, sizeof(rec));
}

int tn_handover_get(const struct tn_retained *r, struct tn_handover *ret) {
    uint8_t rec[TN_HANDOVER_LEN];

    r->load(r, rec, sizeof(rec));
    if (tn_get_le32(rec) != MAGIC || rec[AT_FORMAT] != FORMAT ||
            tn_get_le32(rec + AT_CRC) != tn_crc32(0, rec, AT_CRC)) {
        return TN_ENOENT;
    }
    ret->mode = rec[5];
    ret->slot = rec[6];
    ret->strategy = rec[7];
    ret->event = rec[8];
    ret->reason = (int8_t)rec[9];
    memcpy(ret->loader, rec + AT_LOADER, sizeof(ret->loader));
    ret->outcome = rec[AT_OUTCOME];
    ret->attempts = rec[AT_OUTCOME + 1];
    ret->image = rec[AT_IMAGE];
    ret->max_image = tn_get_le32(rec + AT_MAX_IMAGE);
    ret->rules = rec[AT_RULES];
    ret->why = rec[AT_WHY];
    return 0;
}
