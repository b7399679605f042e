// SPDX-License-Identifier: Apache-2.0
#include "update/sealed.h"

#include "base/err.h"

int tn_update_sealed(struct tn_update *u) {
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_MAX];

    if (u->at.src.place == TN_RUNNING || tn_image_open(&u->at.src, &hdr) ||
            !(hdr.flags & TN_IMAGE_ENCRYPTED)) {
        return 0;
    }
    int rc = tn_image_identify(&u->at.src, &hdr, hash);
    return rc < 0 ? rc : TN_MORE;
}
