// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "boot/log.h"

int tn_record_identify(const struct tn_slots *s, enum tn_place place, struct tn_record *ret) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_MAX];

    memset(ret, 0, sizeof(*ret));
    tn_slots_source(s, place, &src);
    int len = tn_image_identify(&src, &hdr, hash);
    if (len < 0) {
        return len;
    }
    ret->version = hdr.version;
    memcpy(ret->id, hash, sizeof(ret->id));
    return 0;
}

bool tn_record_is_of(const struct tn_record *a, const struct tn_record *b) {
    return memcmp(a->id, b->id, sizeof(a->id)) == 0;
}
