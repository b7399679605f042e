// SPDX-License-Identifier: Apache-2.0
// The decisions of an upgrade. upgrade.c carries it out, check.c compares file and device first,
// and plan.c describes what it would do.
#ifndef TN_HOST_UPGRADE_UPGRADE_PRIV_H
#define TN_HOST_UPGRADE_UPGRADE_PRIV_H

#include "host/upgrade/upgrade.h"

// Gives the further images what they share with the first.
void tn_upgrade_join(struct tn_upgrade *first);

// Finds the images' numbers, and what the device does not list of them. Of several, a file that the
// device holds as an image of another number is a fault: USAGE.
int tn_upgrade_find(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

// The slot of l that holds the image, or NULL. If both slots hold it, the one that runs.
const struct tn_slot_state *tn_upgrade_ours(
        const struct tn_upgrade *u, const struct tn_slot_list *l);

// Will the next reset run the image of t, a slot of l?
bool tn_upgrade_is_next(const struct tn_slot_list *l, const struct tn_slot_state *t);

// Must the upgrade request a test of t before the reset?
bool tn_upgrade_wants_test(
        const struct tn_upgrade *u, const struct tn_slot_list *l, const struct tn_slot_state *t);

// The image in this slot of the image of this number, or NULL.
const struct tn_slot_state *tn_upgrade_in_slot(
        const struct tn_slot_list *l, uint32_t image, uint32_t slot);

// The slot of an upload: n - 1 if a slot was chosen by number; else the slot that does not run;
// slot 0 on an empty device.
int tn_upgrade_target(const struct tn_upgrade *u, const struct tn_slot_list *l);

// Of several images: finds the number that an upload of this one has to send, u->image. Fault:
// USAGE if the device has no image of u->number.
int tn_upgrade_number_upload(
        struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

// Queries what the device accepts, and compares the file: size, key, address, version and counter.
// l: the images on the device. Returns 0, or -1 with a fault. What the device does not report is
// not compared.
int tn_upgrade_check(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

// Queries the bootloader's mode, and keeps it in u->mode. Returns 0, or -1 with a fault of the
// session, or DOWNGRADE: the bootloader runs the newest image whatever is requested, and this one
// is older. Not with u->force.
int tn_upgrade_check_mode(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f);

// What the user may not expect, before an upload: the file is older than the running image, or has
// its version and another content; there will be no way back. Returns 0, or -1 with a fault of
// tn_upgrade_check_mode.
int tn_upgrade_notes(struct tn_upgrade *u, const struct tn_slot_list *l,
        struct tn_upgrade_notes *ret, struct tn_fault *f);

// Is the device that answers the one that the upgrade began with? Only a transport that may find
// another one is in doubt (may_be_another). Then its own number decides; without one, an image of
// the last list, or ours, must be on it. False: the transport passes over it, and f is NO_DEVICE.
bool tn_upgrade_is_same(struct tn_upgrade *u, struct tn_fault *f);

// Compares versions as devices report them. 0 also if one of them cannot be read.
int tn_upgrade_compare(const char *a, const char *b);

// True if the device's log says that this image waits for another one, on which it depends: no
// reset helps. NULL: there is no such image.
bool tn_upgrade_is_held_back(struct tn_upgrade *u);

// Why the image did not stay, by the device's own log if it has one, and what to do next.
void tn_upgrade_reason(struct tn_upgrade *u, char *ret, size_t size);

// For a rollback: chooses the image to go back to, and sets u's hash, version and len. Fault:
// REFUSED if there is none, or if the bootloader cannot go back.
int tn_upgrade_choose_back(struct tn_upgrade *u, struct tn_fault *f);

#endif
