// SPDX-License-Identifier: Apache-2.0
// Encrypted images in a boot: the copy between slots decrypts what comes into the primary slot, and
// encrypts again what leaves it. No clear byte of an encrypted image reaches the spare slot or
// scratch, nor a byte of its key stream.
//
// AES-CTR is its own inverse: whatever goes between the primary slot and another area is converted
// with the key of its image, and the rest is copied as it is. After a cut, an image's header and
// its key TLV are found by following the copies that were done. What leaves is verified before a
// swap begins and whenever one is resumed, and its key is the one that the trailer's cell
// announced: who can write spare flash must not choose how the rest of the image leaves.
//
// A loader sets tn_boot.crypt, and tn_slots.encrypted and key_cell. One that does not links nothing
// of it and refuses encrypted images.
#ifndef TN_BOOT_ENCRYPTED_H
#define TN_BOOT_ENCRYPTED_H

#include "base/compiler.h"
#include "boot/slots.h"
#include "image/decrypt.h"
#include "image/verify.h"

TN_C_BEGIN

struct tn_boot;
struct tn_crypt;
struct tn_move;

// What a boot calls of this file; NULL where there is no crypt.
struct tn_crypt_ops {
    // One step of what goes before a plan's own: gets the keys that it needs, and begins it.
    // TN_MORE; 0: the plan goes on; or an error.
    int (*prepare)(struct tn_boot *b);
    // Lets a copy read through the crypt, whose key converts what it reads.
    void (*through)(struct tn_crypt *c, struct tn_move *m);
    // Writes the cells for keys in the trailer of this slot.
    int (*announce)(const struct tn_boot *b, enum tn_slot slot);
    // Converts bytes of the image that is loaded to RAM.
    void (*load)(const struct tn_crypt *c, uint32_t off, uint8_t *buf, uint32_t len);
};

extern const struct tn_crypt_ops tn_encrypted;

// In RAM, about 800 bytes. Set ops and secrets; the rest to 0. Wipe it with tn_crypt_end before the
// application starts.
struct tn_crypt {
    const struct tn_crypt_ops *ops;  // &tn_encrypted
    const struct tn_secrets *secrets;
    // private. What is used most comes first: a Cortex-M0 reaches it by shorter code.
    const struct tn_slots *slots;
    int error;                   // why the image that is verified cannot be
    struct tn_image_key key[2];  // of the image that leaves the primary slot, and of the new one
    // What a copy reads, as an area of a flash that converts with the nth key: the image begins at
    // the flash's offset shift.
    union {
        uint32_t nth;
        uint32_t in_scratch;  // of one slot: scratch holds the sector in front of clear_from
    };
    union {
        uint32_t shift;
        uint32_t clear_from;  // of one slot: it is clear from here on; its size: it is encrypted
    };
    uint8_t to_erased;  // the erased value where the copy goes
    const struct tn_flash *under;
    struct tn_area area;
    struct tn_flash flash;
    struct tn_decrypted opened;  // the image that is verified
    struct tn_verify running;    // of the image that a swap encrypts
};

// Forgets all keys.
void tn_crypt_end(struct tn_crypt *c);

TN_C_END

#endif
