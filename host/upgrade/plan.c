// SPDX-License-Identifier: Apache-2.0
// Makes the decisions of upgrade.c from the device's first list alone. Where upgrade.c would use
// later answers, the plan assumes the answers that servers give (doc/reference/smp.md section 5).
#include "host/upgrade/plan.h"

#include <stdio.h>

#include "host/upgrade/upgrade_priv.h"

static void plan_upload(const struct tn_upgrade *u, struct tn_plan *p) {
    const struct tn_slot_state *active = tn_slot_active_of(&p->list, u->number);

    p->upload = true;
    p->slot = tn_upgrade_target(u, &p->list);
    const struct tn_slot_state *old = tn_upgrade_in_slot(&p->list, u->number, (uint32_t)p->slot);
    if (active && !active->confirmed) {
        snprintf(p->blocked, sizeof(p->blocked),
                "no slot is free: %s is on test; confirm or revert it first (tenon image confirm, "
                "or tenon os reset)",
                active->version);
    } else if (old && old->active) {
        snprintf(p->blocked, sizeof(p->blocked),
                "slot %d holds the running image; take the other one", p->slot);
    } else if (old && old->pending) {
        snprintf(p->replaces, sizeof(p->replaces),
                "%s in slot %d waits for the next reset, and would be overwritten", old->version,
                p->slot);
    }
    bool starts = !active && p->slot == 0;             // the bootloader starts slot 0
    bool untold = p->list.n && !p->list.tells_hashes;  // without hashes, no test can be requested
    p->test = !untold && (!starts || u->session->is_tenon);
    p->confirm = !u->no_confirm && !starts;
}

// The image is on the device, but does not run.
static void plan_mark(
        const struct tn_upgrade *u, struct tn_plan *p, const struct tn_slot_state *t) {
    const struct tn_slot_state *active = tn_slot_active_of(&p->list, u->number);

    p->test = tn_upgrade_wants_test(u, &p->list, t);
    p->confirm = !u->no_confirm && !t->permanent && !t->confirmed;
    if (p->test && active && !active->confirmed) {
        snprintf(p->blocked, sizeof(p->blocked),
                "%s is on test; confirm or revert it first (tenon image confirm, or tenon os "
                "reset)",
                active->version);
    }
}

// The list is read already.
static int plan_one(struct tn_upgrade *u, struct tn_plan *p, struct tn_fault *f) {
    const struct tn_slot_state *t = tn_upgrade_ours(u, &p->list);

    if (t && t->active) {
        p->confirm = !t->confirmed && !u->no_confirm;
        return 0;
    }
    if (!t &&
            (tn_upgrade_number_upload(u, &p->list, f) ||
                    (!u->force && tn_upgrade_check(u, &p->list, f)) ||
                    tn_upgrade_notes(u, &p->list, &p->notes, f))) {
        return -1;
    }
    if (t && tn_upgrade_check_mode(u, &p->list, f)) {
        return -1;
    }
    p->reset = true;
    if (t) {
        plan_mark(u, p, t);
    } else {
        plan_upload(u, p);
    }
    return 0;
}

int tn_upgrade_plan(struct tn_upgrade *u, struct tn_plan *ret, struct tn_fault *f) {
    struct tn_slot_list list;

    tn_upgrade_join(u);
    if (tn_session_probe(u->session, f) || tn_device_list(u->session, &list, f) ||
            tn_upgrade_find(u, &list, f)) {
        return -1;
    }
    for (; u; u = u->next) {
        struct tn_plan p = {.slot = -1, .list = list};
        if (plan_one(u, &p, f)) {
            return -1;
        }
        *ret++ = p;
    }
    return 0;
}
