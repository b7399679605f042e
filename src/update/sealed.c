// SPDX-License-Identifier: Apache-2.0
#include "update/sealed.h"

#include "base/err.h"

void tn_update_sealed(struct tn_update *u, bool hash_only) {
    const struct tn_image_hdr *hdr = tn_verify_header(&u->verify);
    struct tn_image_hdr again;
    uint8_t hash[TN_HASH_MAX];

    tn_verify_begin(&u->verify, u->trust, hash_only);
    bool is_clear = u->verify.src.place == TN_RUNNING && !u->slots->ram;
    if (tn_verify_result(&u->verify) || is_clear || !(hdr->flags & TN_IMAGE_ENCRYPTED)) {
        return;
    }
    int rc = tn_image_identify(&u->verify.src, &again, hash);
    tn_verify_end(&u->verify, rc < 0 ? rc : 0);
}
