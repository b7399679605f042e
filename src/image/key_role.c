// SPDX-License-Identifier: Apache-2.0
#include "image/key_role.h"

enum {
    BITS = 32,  // of revoked
};

void tn_keys_for_image(struct tn_key *ret, size_t room, const struct tn_key *built_in,
        uint8_t image, uint32_t revoked) {
    const struct tn_key *end = ret + room - 1;

    for (unsigned i = 0; built_in[i].kind && ret < end; i++) {
        bool is_revoked = i < BITS ? revoked >> i & 1 : revoked != 0;
        if (!is_revoked && tn_key_signs_image(built_in[i].role, image)) {
            *ret = built_in[i];
            ret->role = TN_KEY_FOR_IMAGES;
            ret++;
        }
    }
    ret->kind = 0;
}
