// SPDX-License-Identifier: Apache-2.0
// The keys of one image, by their roles (crypto/key.h).
#ifndef TN_IMAGE_KEY_ROLE_H
#define TN_IMAGE_KEY_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "crypto/key.h"

TN_C_BEGIN

enum {
    TN_KEY_IMAGES_MAX = 15,  // images of a device: roles TN_KEY_FOR_IMAGE to TN_KEY_FOR_IMAGE + 14
};

// True if a key of this role signs the image of this number.
static inline bool tn_key_signs_image(uint8_t role, uint8_t image) {
    return role == TN_KEY_FOR_IMAGES ||
            (image < TN_KEY_IMAGES_MAX && role == TN_KEY_FOR_IMAGE + image);
}

// True if a key of this role signs images, of whatever number.
static inline bool tn_key_signs_images(uint8_t role) {
    return role == TN_KEY_FOR_IMAGES ||
            (role >= TN_KEY_FOR_IMAGE && role < TN_KEY_FOR_IMAGE + TN_KEY_IMAGES_MAX);
}

// Writes those of the built-in keys that sign this image to ret, as keys of the role
// TN_KEY_FOR_IMAGES, and a key of kind 0 behind them. ret: room entries, at least 1; keys that find
// no room are left out, so nothing is signed by them. revoked: bit i leaves out built_in[i]; keys
// from 32 on are left out if any bit is set. ret points to what built_in points to.
void tn_keys_for_image(struct tn_key *ret, size_t room, const struct tn_key *built_in,
        uint8_t image, uint32_t revoked);

TN_C_END

#endif
