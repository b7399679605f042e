// SPDX-License-Identifier: Apache-2.0
// Encrypted images for a device with one slot: an upload lies there encrypted, and the loader
// decrypts it in place before it runs.
//
// Knows the slot, and a scratch area with a copy of one sector and a journal. The private key is
// behind tn_crypt.secrets, as ever. No clear byte leaves the slot.
//
// At a boot the slot is verified as it is, and, if it is not genuine, as what it would be once
// decrypted. Only an image that is genuine so is converted: sector by sector from the end, the
// first one with the header last. Each sector is copied as it is to scratch, then erased and
// written again. A cut leaves the copy and the journal, and the next boot verifies what both say
// before it goes on. The boot that has converted the last sector verifies the slot as it is, and
// runs it.
//
// The slots: tn_layout_single_slot, encrypted = TN_IMAGE_ENCRYPTED, and area[TN_SCRATCH] in the
// same kind of flash: whole sectors for a copy of the slot's largest sector, and behind them two
// write units for each sector of the slot (tn_single_scratch_size).
#ifndef TN_BOOT_SINGLE_ENCRYPTED_H
#define TN_BOOT_SINGLE_ENCRYPTED_H

#include "base/compiler.h"
#include "boot/encrypted.h"
#include "boot/strategy.h"

TN_C_BEGIN

// The strategy, for tn_boot.strategy; tn_boot.crypt is not NULL.
extern const struct tn_strategy tn_single_slot_encrypted;

// For tn_crypt.ops, in place of tn_encrypted.
extern const struct tn_crypt_ops tn_encrypted_single;

// Bytes that these slots need in area[TN_SCRATCH], if it has sectors of this size.
uint32_t tn_single_scratch_size(const struct tn_slots *s, uint32_t sector);

TN_C_END

#endif
