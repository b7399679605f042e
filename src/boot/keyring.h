// SPDX-License-Identifier: Apache-2.0
// The keys that a device trusts at present: those that are built in, without those that a signed
// key list (image/key_list.h) has revoked.
//
// Knows roles, lists, and the area that keeps two copies of the list in force. A loader lists the
// rule tn_take_key_lists, which takes a new list from the running image. Loader and application
// open the keyring before they verify anything. Lists only revoke: they add no key.
//
// The area has two halves of whole sectors. Each holds one list from its first byte on. A half
// whose list is torn, erased or not signed does not count; of two, the higher number does. A new
// list is written to the half that is not in force, and then to the other one: at any instant, one
// half holds a genuine list, if one ever did.
#ifndef TN_BOOT_KEYRING_H
#define TN_BOOT_KEYRING_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "image/key_list.h"

TN_C_BEGIN

// Set what stands before "result", the rest to 0. Owned by the program; lives as long as its trust.
struct tn_keyring {
    // Supplies hash and algorithms; every check that the revocations concern uses this trust. Its
    // keys are the table below, which tn_keyring_open fills.
    const struct tn_trust *trust;
    const struct tn_key *built_in;  // every key, of every role, at most 32; the last is of kind 0
    struct tn_key *keys;            // nkeys entries: one more than there are image keys
    size_t nkeys;
    const struct tn_area *area;  // two sectors or more; NULL: lists are not taken
    // The number of the newest list that was ever taken, in a counter of the chip's own. If both
    // halves are lost, a list with that number is looked for in the images, and without one no
    // image runs. NULL: if both halves are lost, nothing is revoked (SECURITY.md).
    const struct tn_counter *least;
    uint8_t image;  // the number of the image that the table is for

    // result
    uint32_t number;   // of the list in force; 0: there is none
    uint32_t revoked;  // bit i: built_in[i] is revoked
    bool is_lost;      // the list in force cannot be read: the table of keys is empty
    // Why the rule did not take the running image's list: as tn_keyring_look, or TN_EBUSY: the
    // image does not verify under it; or the flash's error. 0: it did, or there is none to take.
    int waits;

    // private
    uint8_t half;  // that holds the list in force
    uint8_t bytes[TN_KEY_LIST_MAX];
};

// Reads the list in force and fills the table of keys. slots: where a lost list is looked for; NULL
// if least is NULL. Checks up to two signatures, or four if the list is lost; blocks for as long.
void tn_keyring_open(struct tn_keyring *k, const struct tn_slots *slots);

// Says what would become of the list that the image at src brings, if it ran and was confirmed: 0:
// it would be taken. TN_ENOENT: it brings none, or the one in force. Why it is refused: as
// tn_key_list_get; TN_EKEY: not signed by a key that signs lists; TN_ESIG: a wrong signature;
// TN_EDOWNGRADE: its number is below that of the list in force; TN_EREVOKED: its own key is
// revoked; TN_ESTATE: it takes back a revocation; TN_EINVAL: a key has another role here;
// TN_ENOSPC: no image key would remain. Whether src verifies under it is not checked. Reads the
// list to k->bytes and, for 0, checks its signature.
int tn_keyring_look(struct tn_keyring *k, const struct tn_image_src *src);

// True if the image at src names a key that is revoked.
bool tn_keyring_has_revoked(const struct tn_keyring *k, const struct tn_image_src *src);

// For the policy's member keyring. Takes the running image's list when that image is about to
// run, is confirmed, and verifies under the new list; no update is under way then. Otherwise the
// list waits for a later boot: a running image is never locked out. Rewrites a half that is lost
// or older. Sets the reason TN_EREVOKED for images that are signed with a revoked key.
//
// For loaders of one image. Of several, it takes no lists; tn_keyring_open serves each image.
extern const struct tn_rule tn_take_key_lists;

TN_C_END

#endif
