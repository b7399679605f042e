// SPDX-License-Identifier: Apache-2.0
#include "update/sealed.h"

void tn_update_decrypt(struct tn_update *u, bool hash_only) {
    struct tn_image_src *src = &u->verify.src;
    struct tn_image_hdr hdr;
    int err = 0;

    src->read = NULL;  // it may be what the check before made of it
    // Of what is no image the verification tells what is wrong. Where images are loaded to RAM,
    // they are encrypted in both slots.
    if ((src->place != TN_RUNNING || u->slots->ram) && !tn_image_open(src, &hdr)) {
        err = tn_image_decrypt(u->decrypted, u->secrets, src);
    }
    tn_verify_begin(&u->verify, u->trust, hash_only);
    if (err) {
        tn_verify_end(&u->verify, err);
    }
}
