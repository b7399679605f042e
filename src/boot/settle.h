// SPDX-License-Identifier: Apache-2.0
// The boot loop: look, decide, step, until each plan says RUN or RECOVER. The one loop of loaders,
// the simulator, tests and benches.
//
// Knows boots, and calls a hook at the moments of a boot; the rules of boot/policy.h are one hook.
// Starts no image: the program does what the plans say.
#ifndef TN_BOOT_SETTLE_H
#define TN_BOOT_SETTLE_H

#include "base/compiler.h"
#include "boot/boot.h"

TN_C_BEGIN

// When the loop calls the hook.
enum tn_moment {
    TN_AT_LOOK,   // the slots were looked at: may change b->view, before decide
    TN_AT_BEGIN,  // b->plan begins: before its first step, also as TN_AT_STEP
    TN_AT_END,    // it ended with b->rc, 0 or an error: may change a verdict
    TN_AT_START,  // b->plan is to run an image
    TN_AT_STEP,   // before each further step: feeds a watchdog, or ends a test
};

// Returns 0. TN_MORE at TN_AT_START: look once more before the image starts. Anything but 0 at
// TN_AT_BEGIN and TN_AT_STEP ends the loop. Elsewhere the result does not count.
typedef int tn_boot_hook(void *ctx, enum tn_moment at, struct tn_boot *b);

// Settles one image: ends with b->plan, whose action is RUN or RECOVER. Blocks for as long as it
// takes to verify and to swap. Several images: boot/set.h.
//
// hook: NULL: none. Returns 0, or what the hook ended the loop with: the plan does not count then.
int tn_boot_settle(struct tn_boot *b, tn_boot_hook *hook, void *ctx);

// For loops. Carries out b->plan to its end; as tn_boot_settle, but hook is not NULL.
int tn_boot_carry_out(struct tn_boot *b, tn_boot_hook *hook, void *ctx);

TN_C_END

#endif
