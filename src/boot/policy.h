// SPDX-License-Identifier: Apache-2.0
// What a loader does beyond starting a genuine image: it keeps outcomes, counts attempts, refuses
// to roll back. Each is a rule, which is a row and a file; a loader lists the rules that it wants.
//
// Knows verdicts, plans and the log. Writes nothing in a slot: a rule changes what decide sees.
#ifndef TN_BOOT_POLICY_H
#define TN_BOOT_POLICY_H

#include "base/compiler.h"
#include "boot/log.h"
#include "boot/settle.h"

TN_C_BEGIN

struct tn_policy;
struct tn_keyring;

// Called at a moment of a boot: as tn_boot_hook.
typedef int tn_rule_fn(struct tn_policy *p, struct tn_boot *b);

struct tn_rule {
    uint8_t bit;                 // TN_RULE_*, for the hand-over
    tn_rule_fn *at[TN_AT_STEP];  // by enum tn_moment; NULL: not called then
};

// The rules by bits.
enum {
    TN_RULE_NO_ROLLBACK = 1,
    TN_RULE_NO_DOWNGRADE = 2,
    TN_RULE_ATTEMPTS = 4,
    TN_RULE_OUTCOMES = 8,
};

// Every attempt to install an image ends in a record of the log.
extern const struct tn_rule tn_keep_outcomes;

// An image on test may start `attempts` times without a confirmation before it is reverted. Needs
// tn_keep_outcomes, behind it in the list. If an attempt cannot be recorded, the image is reverted
// at once.
extern const struct tn_rule tn_count_attempts;

// Refuses images, in every slot, whose security counter (0 if there is none) is below the device's.
// Raises the device's counter to the running image's when that is confirmed. An image that was
// never swapped counts as confirmed.
extern const struct tn_rule tn_no_rollback;

// Refuses candidates whose version is below the running image's, unless that is bad. A revert to
// the previous image stays possible.
extern const struct tn_rule tn_no_downgrade;

// The security counter of a chip that has one. Both return 0 or an error. If the counter cannot be
// read, no image may run.
struct tn_counter {
    int (*read)(const struct tn_counter *c, uint32_t *ret);
    int (*raise)(const struct tn_counter *c, uint32_t value);  // durably, if it returns 0
    void *ctx;
};

// Set what stands before "done".
struct tn_policy {
    const struct tn_rule *const *rules;
    size_t nrules;
    const struct tn_area *area;        // of the log (boot/log.h); NULL: none
    const struct tn_counter *counter;  // NULL: it is kept in the log
    uint8_t attempts;                  // 0 counts as 1
    uint32_t watchdog_ms;  // the loader arms a watchdog before it starts an image; 0: none
    // Called before each step of a plan: feeds a watchdog that runs. If it returns anything but 0,
    // tn_boot_settle ends there. NULL: not called.
    int (*each)(void *ctx);
    void *ctx;
    struct tn_keyring *keyring;  // for tn_take_key_lists (boot/keyring.h), else NULL
    struct tn_policy *next;      // of several images: the policy of the next one (boot/set.h)
    // The last plan of this boot other than VERIFY, RUN and RECOVER; action 0: there was none.
    struct tn_boot_plan done;
    // private
    struct tn_log log;
    bool spent;  // attempts cannot be counted: no more of them
    bool older;  // the candidate is genuine, but older than the running image
};

// Opens the log and calls tn_boot_settle with the rules.
int tn_policy_settle(struct tn_policy *p, struct tn_boot *b);

// For loops: opens the log, and forgets the boot before this one.
void tn_policy_open(struct tn_policy *p, const struct tn_boot *b);

// For loops: the hook (boot/settle.h) that asks the rules. ctx is the policy.
int tn_policy_at(void *ctx, enum tn_moment moment, struct tn_boot *b);

// The TN_RULE_* bits of all its rules.
uint8_t tn_policy_bits(const struct tn_policy *p);

// For rules. ----------------------------------------------------------------------------

// True if the trailer says that the slot's image is on test: installed, and not confirmed.
bool tn_policy_on_test(const struct tn_trailer *t);

TN_C_END

#endif
