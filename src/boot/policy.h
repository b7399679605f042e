// SPDX-License-Identifier: Apache-2.0
// What a loader does beyond starting what is genuine: it keeps outcomes, counts attempts, refuses
// to roll back. Each is a rule: a row and a file; a loader lists those that it wants.
//
//     tn_policy_begin(&p);
//     do {
//         do {
//             tn_boot_look(&b);
//             tn_policy_look(&p, &b);
//             b.slots->strategy->decide(&b.view, &plan);
//             if (plan.action >= TN_PLAN_RUN) { break; }
//             tn_policy_plan(&p, &b, &plan);
//             while ((rc = tn_boot_step(&b, &plan)) == TN_MORE) { feed the watchdog }
//             tn_policy_done(&p, &b, &plan, rc);
//         } while (true);
//     } while (plan.action == TN_PLAN_RUN && tn_policy_start(&p, &b, &plan) == TN_MORE);
//
// Knows verdicts, plans and the log. Writes nothing in a slot: a rule changes what decide sees.
#ifndef TN_BOOT_POLICY_H
#define TN_BOOT_POLICY_H

#include "boot/boot.h"
#include "boot/log.h"

struct tn_policy;

// What is NULL is not asked for.
struct tn_rule {
    // May change what was seen, before decide.
    void (*look)(struct tn_policy *p, struct tn_boot *b);
    // This plan begins.
    void (*plan)(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan);
    // It ended with rc: 0 or an error. May change the verdict.
    void (*done)(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan, int rc);
    // An image is about to run. 0, or TN_MORE: look once more.
    int (*start)(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan);
};

// Every attempt to install an image ends in a record of the log.
extern const struct tn_rule tn_keep_outcomes;

// An image on test may start `attempts` times without being confirmed before it goes back. In a
// list it comes before tn_keep_outcomes, which it needs. If it cannot be written down that it
// starts once more, the image goes back at once.
extern const struct tn_rule tn_count_attempts;

// No image runs, from whichever slot, whose security counter (0 if it has none) is below the
// device's; that is raised to the running image's when it is confirmed. An image that was never
// swapped counts as confirmed.
extern const struct tn_rule tn_no_rollback;

// No image is installed whose version is below the running one's, unless that is bad. To go back
// to the previous image stays possible.
extern const struct tn_rule tn_no_downgrade;

// The security counter of a chip that has one. Both return 0 or an error; if it cannot be read,
// nothing is allowed to run.
struct tn_counter {
    int (*read)(const struct tn_counter *c, uint32_t *ret);
    int (*raise)(const struct tn_counter *c, uint32_t value);  // durably, if it returns 0
    void *ctx;
};

// Set what is above the line.
struct tn_policy {
    const struct tn_rule *const *rules;
    size_t nrules;
    const struct tn_area *area;        // of the log (boot/log.h); NULL: none
    const struct tn_counter *counter;  // NULL: it is kept in the log
    uint8_t attempts;                  // 0 counts as 1
    uint32_t watchdog_ms;  // the program arms one before it starts an image; 0: it does not
    // private
    struct tn_log log;
    bool spent;  // no more attempts, for they cannot be counted
    bool older;  // the candidate is genuine, but older than what runs
};

void tn_policy_begin(struct tn_policy *p);
void tn_policy_look(struct tn_policy *p, struct tn_boot *b);
void tn_policy_plan(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan);
void tn_policy_done(
        struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan, int rc);

// 0: the image may start. TN_MORE: begin again with a look.
int tn_policy_start(struct tn_policy *p, struct tn_boot *b, const struct tn_boot_plan *plan);

// For rules. ----------------------------------------------------------------------------

// Version and id of the image in this place; the rest of ret is 0. 0 or an error.
int tn_policy_identify(const struct tn_boot *b, enum tn_place place, struct tn_record *ret);

// Are these records of the same image?
bool tn_record_is_of(const struct tn_record *a, const struct tn_record *b);

// True if what runs from this slot is on test: installed and not confirmed, by its trailer.
bool tn_policy_on_test(const struct tn_trailer *t);

#endif
