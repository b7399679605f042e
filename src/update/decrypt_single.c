// SPDX-License-Identifier: Apache-2.0
#include "update/sealed.h"

// An upload that has just arrived is encrypted in the one slot, too.
void tn_update_decrypt_single(struct tn_update *u, bool hash_only) {
    struct tn_image_src *src = &u->verify.src;
    uint32_t place = src->place;

    src->place = hash_only ? TN_CANDIDATE : place;
    tn_update_decrypt(u, hash_only);
    src->place = place;
}
