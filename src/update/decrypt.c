// SPDX-License-Identifier: Apache-2.0
#include "update/sealed.h"

int tn_update_decrypt(struct tn_update *u) {
    struct tn_image_hdr hdr;

    if (u->at.src.place == TN_RUNNING || tn_image_open(&u->at.src, &hdr)) {
        return 0;  // the verification tells what is wrong
    }
    return tn_image_decrypt(u->decrypted, u->secrets, &u->at.src);
}
