// SPDX-License-Identifier: Apache-2.0
// The verified mark: after a full verification the loader writes the image's hash into flash that
// nothing else can write. Later boots hash the image and compare it with the mark, in place of its
// signature.
//
// Knows the mark, its area, and the boot of one image. Knows no register: the port locks the area
// against writing until the next reset (tn_verified.lock). Only a loader uses it.
//
// The mark counts only for the image, the place, the key and the key list that it was written for.
// Everything else is checked as without it: the hash, the TLVs, that the key is trusted. What the
// flash holds is compared as a whole with what a mark of this image would be; so a torn mark, an
// erased area and a mark of anything else are no marks, and the signature is checked.
#ifndef TN_BOOT_VERIFIED_H
#define TN_BOOT_VERIFIED_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "image/other_keys.h"

TN_C_BEGIN

struct tn_keyring;

enum {
    TN_VERIFIED_LEN = 112,  // bytes of the mark (SPEC.md, "Verified mark")
};

// Set what stands before "private", the rest to 0. One for a loader, in RAM. The member `other` of
// the loader's trust points to `other` here.
struct tn_verified {
    // look_at: tn_verified_look_at. The rest as without a mark.
    struct tn_other_keys other;
    // What `other.look_at` would be without a mark: tn_other_keys_look_at; or NULL.
    int (*then)(struct tn_verify *v, const struct tn_tlv *tlv);
    const struct tn_area *area;  // for the mark alone: whole sectors, at least 112 bytes
    // Locks the area against writing and erasing until the next reset, and the loader's own code.
    // Returns 0 only if the chip says that the lock holds, else TN_EIO. May be called again.
    int (*lock)(void);
    const struct tn_keyring *keyring;  // as in the policy; NULL: the loader takes no key lists
    // private
    bool is_armed;      // a plan to verify is under way: the mark may answer
    bool has_expected;  // expected is that of the image in place, which is genuine
    bool was_checked;   // its signature was checked in this boot
    bool is_locked;     // the area can no longer be written
    uint32_t place;     // enum tn_place
    uint8_t expected[TN_VERIFIED_LEN];
};

// The rule. It comes last in the list, behind tn_take_key_lists. Does nothing if the trust's member
// `other` is none of a tn_verified, or in a loader of several images. Before an image starts, it
// writes the mark if the signature was checked in this boot, and locks the area. Any plan of a boot
// that swaps, reverts or erases an image erases the mark first; so does a lock that does not hold.
extern const struct tn_rule tn_mark_verified;

// For tn_other_keys.look_at of a tn_verified.
int tn_verified_look_at(struct tn_verify *v, const struct tn_tlv *tlv);

// For a loader whose boot does not start an image: call it before recovery begins. Erases the mark
// and locks its area. Blocks for an erase.
void tn_verified_close(struct tn_verified *m);

TN_C_END

#endif
