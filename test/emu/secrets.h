// SPDX-License-Identifier: Apache-2.0
// What a device with encrypted images must not show, and the search for it: every run of 8 bytes,
// at every place.
//
// Keys: the device's private key; and of each image the secret that it shares with the sender, what
// HKDF makes of that, and the AES key. In RAM a library may have turned their bytes or words round,
// so the search finds them in these orders, too.
//
// Payloads: their clear bytes, and their key streams as they are and inverted, which is what zero
// and erased bytes become.
#ifndef TN_TEST_EMU_SECRETS_H
#define TN_TEST_EMU_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emu/boards/board.h"

// A set of runs of 8 bytes; all 0: empty. The caller frees windows.
struct secrets {
    uint64_t *windows;  // a hash table; 0: free
    size_t size;        // a power of 2
    size_t used;
};

// Adds the keys of an image. Exits the program if that fails.
void secrets_add_keys(
        struct secrets *s, const struct tn_encrypt *device, const struct tn_buf *stored);

// Adds the payload of an image.
void secrets_add_payload(
        struct secrets *s, const struct tn_buf *stored, const struct tn_buf *clear, size_t header);

// The offset of the first secret in len bytes; len if there is none.
size_t secrets_find(const struct secrets *s, const uint8_t *bytes, size_t len);

#endif
