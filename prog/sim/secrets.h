// SPDX-License-Identifier: Apache-2.0
// What the simulated device decrypts images with: a key file of the user's, as a product has its
// key in the loader.
#ifndef TN_SIM_SECRETS_H
#define TN_SIM_SECRETS_H

#include "boot/encrypted.h"
#include "update/update.h"

// Reads a private key, or a file of 16 or 32 bytes for AES-KW. Returns 0, or -1: it is none.
int tn_sim_secrets_load(const char *path);

// For the loader and the image of this number; NULL if no key was loaded.
struct tn_crypt *tn_sim_secrets_crypt(unsigned image);

// Bytes of a trailer's cell for a wrapped key; 0 if no key was loaded.
uint16_t tn_sim_secrets_cell(void);

// Forgets the images' keys, before the application starts.
void tn_sim_secrets_end(void);

// How a service opens encrypted images: a loader decrypts them, an application cannot. Nothing if
// no key was loaded.
void tn_sim_secrets_open(struct tn_update *u, bool is_loader);

#endif
