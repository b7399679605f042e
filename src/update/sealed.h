// SPDX-License-Identifier: Apache-2.0
// What an update does about encrypted images in the spare slot: an application, which has no key,
// checks their structure and leaves the rest to the loader; a loader decrypts and verifies them.
#ifndef TN_UPDATE_SEALED_H
#define TN_UPDATE_SEALED_H

#include "base/compiler.h"
#include "image/decrypt.h"
#include "update/update.h"

TN_C_BEGIN

// For tn_update.open of an application.
void tn_update_sealed(struct tn_update *u, bool hash_only);

// For that of a loader, which sets tn_update.secrets and decrypted, too.
void tn_update_decrypt(struct tn_update *u, bool hash_only);

// The same for a loader of one slot, which decrypts in place (boot/single_encrypted.h): what is
// uploaded to that slot is encrypted. The trust has algorithms.
void tn_update_decrypt_single(struct tn_update *u, bool hash_only);

TN_C_END

#endif
