// SPDX-License-Identifier: Apache-2.0
// Encrypted images of a story, and the search for what must never be written to spare flash: clear
// bytes of their payloads, and bytes of their key streams as they are and inverted, which is what
// zero and erased bytes become.
#ifndef TN_TEST_POWER_SECRETS_H
#define TN_TEST_POWER_SECRETS_H

#include "image/decrypt.h"
#include "rig.h"

// How the trailers of a device keep the keys.
enum secrecy {
    PLAIN,      // no image is encrypted
    WRAPPED,    // as the images have them
    BARE_KEYS,  // in clear, as MCUboot without SWAP_SAVE_ENCTLV
    SECRECIES,
};

extern const char *const secrecy_names[SECRECIES];

// A device's private key: unwraps what secrets_make wrapped.
extern const struct tn_secrets test_secrets;

// Makes the device one that decrypts.
void secrets_prepare(struct rig *r, enum secrecy secrecy);

// Makes the nth encrypted image of about len bytes, both forms, and keeps what is secret about it.
// ram: for RAM load.
void secrets_make(struct image *clear, struct image *stored, unsigned nth, uint32_t len, bool ram);

// Forgets the secrets of the story before.
void secrets_forget(void);

// True if some of these bytes are secret.
bool secrets_are_in(const uint8_t *bytes, uint32_t len);

#endif
