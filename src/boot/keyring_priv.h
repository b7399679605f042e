// SPDX-License-Identifier: Apache-2.0
// What keyring.c and key_rule.c share.
#ifndef TN_BOOT_KEYRING_PRIV_H
#define TN_BOOT_KEYRING_PRIV_H

#include "boot/keyring.h"

// Half 0 or 1 of the area.
struct tn_area tn_keyring_half(const struct tn_keyring *k, unsigned half);

// As tn_keyring_look; for 0, ret is the list, whose bytes are in k->bytes.
int tn_keyring_get_next(
        struct tn_keyring *k, const struct tn_image_src *src, struct tn_key_list *ret);

// The list in force: of its half, or else of the image at src. For 0, its bytes are in k->bytes.
int tn_keyring_get_current(
        struct tn_keyring *k, const struct tn_image_src *src, struct tn_key_list *ret);

// The built-in keys that the list revokes, as bits.
uint32_t tn_keyring_revoked_by(const struct tn_keyring *k, const struct tn_key_list *l);

// Fills the table of keys.
void tn_keyring_use(struct tn_keyring *k, uint32_t revoked);

#endif
