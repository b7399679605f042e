// SPDX-License-Identifier: Apache-2.0
// Several images of one device, up to 15, each with its slots, its strategy and its policy: a list
// of boots. What is requested together is installed together or not at all, across power cuts.
//
// - All candidates are verified before any image moves. If one is refused, the requests of all are
//   erased, its own last: a cut in between finds it again.
// - Dependencies (TLV 0x40) hold among the images that would run, or no request is carried out.
//   The requests stay: what is missing may be uploaded later. A dependency on the build number of a
//   version is not one; that is MCUboot's rule.
// - A swap that fails before it begins, for want of room, keeps the others from beginning.
// - While a request of a later image is open, an image before it that was just installed is not
//   reverted: the set is not complete yet. If the rest cannot be installed, it is.
// - If one image on test has no attempt left, all images on test are reverted.
// - If one is confirmed, the others on test that ran beside it are confirmed, too: power may have
//   been lost between two confirmations. This needs the rule tn_keep_outcomes for each.
//
// Where images run in place or in RAM, they are verified, but their dependencies do not count.
// Sources: doc/reference/mcuboot.md; dumps and decisions of a real MCUboot with two images.
#ifndef TN_BOOT_SET_H
#define TN_BOOT_SET_H

#include "base/compiler.h"
#include "boot/settle.h"

TN_C_BEGIN

struct tn_policy;

// As tn_boot_settle, for the list of boots that begins with first (tn_boot.next). Their slots have
// the images' numbers. view.recovery of the first one counts for all. The device may start an image
// only if each plan's action is RUN.
int tn_set_settle(struct tn_boot *first, tn_boot_hook *hook, void *ctx);

// As tn_policy_settle, with a policy for each boot: a list (tn_policy.next) of the same order. each
// and ctx of the first one count.
int tn_set_policy_settle(struct tn_policy *first_policy, struct tn_boot *first);

TN_C_END

#endif
