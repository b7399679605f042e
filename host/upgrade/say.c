// SPDX-License-Identifier: Apache-2.0
// What an upgrade says before the upload, and after an image that did not stay: by the device's own
// reports.
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "boot/log.h"
#include "host/upgrade/upgrade_priv.h"

// ---- Before ----------------------------------------------------------------------------

// Room for the next note.
static char *add(struct tn_upgrade_notes *notes) {
    return notes->text[notes->n++];
}

// The image that the new one replaces: the running one, or while the bootloader serves, the one
// that it would start.
static const struct tn_slot_state *replaced(
        const struct tn_upgrade *u, const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active_of(l, u->number);

    return active ? active : tn_upgrade_in_slot(l, u->number, 0);
}

// Does the bootloader run the newest image, whichever was requested? active: the running one.
static bool runs_newest(int mode, const struct tn_slot_state *active) {
    return mode == TN_MODE_DIRECT_XIP || mode == TN_MODE_RAM_LOAD ||
            (mode == TN_MODE_DIRECT_XIP_REVERT && active->confirmed);
}

int tn_upgrade_check_mode(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f) {
    const struct tn_slot_state *active = tn_slot_active_of(l, u->number);
    char name[64];
    int mode = -1;

    int unknown = tn_device_bootloader(u->session, name, sizeof(name), &mode, f);
    if (unknown < 0) {
        return -1;
    }
    u->mode = unknown ? -1 : mode;
    if (u->force || !active || !runs_newest(u->mode, active) ||
            tn_upgrade_compare(u->version, active->version) >= 0) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_DOWNGRADE,
            "%s: version %s is below the running one, %s, and this bootloader (%s) runs the "
            "newest; raise its version (--force sends it all the same)",
            u->name, u->version, active->version, tn_bootloader_mode(u->mode));
}

int tn_upgrade_notes(struct tn_upgrade *u, const struct tn_slot_list *l,
        struct tn_upgrade_notes *ret, struct tn_fault *f) {
    struct tn_upgrade_notes notes = {.n = 0};
    const struct tn_slot_state *old = replaced(u, l);

    if (tn_upgrade_check_mode(u, l, f)) {
        return -1;
    }
    if (old && tn_upgrade_compare(u->version, old->version) < 0) {
        snprintf(add(&notes), TN_UPGRADE_NOTE, "version %s is older than the one on the device, %s",
                u->version, old->version);
    } else if (old && old->hash_len && strcmp(u->version, old->version) == 0) {
        snprintf(add(&notes), TN_UPGRADE_NOTE,
                "the device has version %s already, with another content", u->version);
    }
    if (old && u->mode == TN_MODE_OVERWRITE_ONLY) {
        snprintf(add(&notes), TN_UPGRADE_NOTE,
                "the bootloader overwrites %s with %s: there is no way back", old->version,
                u->version);
    }
    *ret = notes;
    return 0;
}

// ---- After -----------------------------------------------------------------------------

// What to do about an outcome.
static const char *next_step(uint32_t outcome) {
    static const char *const steps[] = {
            [TN_OUTCOME_REVERTED] = "it started, and was not confirmed before the next reset: look "
                                    "for a crash or a watchdog reset at its start",
            [TN_OUTCOME_SIGNATURE] = "sign it with a key that the device trusts",
            [TN_OUTCOME_HASH] = "its bytes changed in flash: run the same command again",
            [TN_OUTCOME_VERSION] = "give it a higher version or security counter",
            [TN_OUTCOME_SIZE] = "make it smaller",
            [TN_OUTCOME_GEOMETRY] = "build it for the address that its slot runs at",
            [TN_OUTCOME_DEPENDENCY] = "install the image that it depends on first",
            [TN_OUTCOME_READ_ERROR] = "the device's flash cannot be read",
            [TN_OUTCOME_FORMAT] = "sign it as an image that this bootloader runs: tenon inspect",
            [TN_OUTCOME_TAKEN_BACK] = "someone asked for the image before it",
            [TN_OUTCOME_ENCRYPTED] = "encrypt it for this device's key: tenon sign --encrypt",
    };
    const char *step = outcome < TN_LEN(steps) ? steps[outcome] : NULL;

    return step ? step : "look at: tenon image history";
}

bool tn_upgrade_is_held_back(struct tn_upgrade *u) {
    struct tn_history h = {.n = 0};
    struct tn_fault ignored;

    return u && u->session->is_tenon && !tn_device_history(u->session, u->number, &h, &ignored) &&
            h.n && h.entries[0].outcome == TN_OUTCOME_DEPENDENCY &&
            strcmp(h.entries[0].version, u->version) == 0;
}

void tn_upgrade_reason(struct tn_upgrade *u, char *ret, size_t size) {
    struct tn_history h = {.n = 0};
    struct tn_fault ignored;

    if (u->session->is_tenon && tn_device_history(u->session, u->number, &h, &ignored) == 0 &&
            h.n && strcmp(h.entries[0].version, u->version) == 0 &&
            h.entries[0].outcome > TN_OUTCOME_CONFIRMED) {
        const struct tn_outcome_entry *e = &h.entries[0];
        bool says_all = e->outcome == TN_OUTCOME_ENCRYPTED;  // it has one reason only
        const char *why = e->reason && !says_all ? tn_err_text(e->reason) : NULL;
        snprintf(ret, size, "the device's log says: %s%s%s%s; %s", tn_outcome_text(e->outcome),
                why ? " (" : "", why ? why : "", why ? ")" : "", next_step(e->outcome));
        return;
    }
    snprintf(ret, size,
            "the bootloader rejected the image, or it started and was reverted; check its key and "
            "its slot, and what it does at start-up");
}

// ---- The way back ----------------------------------------------------------------------

// The image in another slot than the running one.
static const struct tn_slot_state *other_image(const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active(l);

    for (size_t i = 0; i < l->n && active; i++) {
        const struct tn_slot_state *t = &l->slots[i];
        if (t->image == active->image && t->slot != active->slot && t->hash_len >= TN_HASH_LEN) {
            return t;
        }
    }
    return NULL;
}

static int no_way_back(const struct tn_upgrade *u, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_REFUSED,
            u->mode == TN_MODE_OVERWRITE_ONLY
                    ? "this bootloader overwrites the old image, so there is no way back; send the "
                      "old one: tenon upgrade FILE"
                    : "the device has no other image to go back to (tenon image list); send the "
                      "old "
                      "one: tenon upgrade FILE");
}

// A bootloader that runs the newest image wherever it is cannot be told to run an older one.
static int check_strategy(
        const struct tn_upgrade *u, const struct tn_slot_state *t, struct tn_fault *f) {
    const struct tn_slot_state *active = tn_slot_active(&u->list);

    if (!runs_newest(u->mode, active) || tn_upgrade_compare(t->version, active->version) > 0) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_REFUSED,
            "this bootloader (%s) runs the newest image, %s; to go back to %s, let recovery erase "
            "the newer one: tenon os reset --mode recovery, tenon image erase --slot %u, tenon os "
            "reset",
            tn_bootloader_mode(u->mode), active->version, t->version, (unsigned)active->slot);
}

// Refuses an image that the device's log knows as no good, and a newer one of which the log does
// not say that it ever ran: that is an upload, not the image before. Without a log nothing is
// known, and the image runs on test first.
static int check_log(struct tn_upgrade *u, const struct tn_slot_state *t, struct tn_fault *f) {
    const struct tn_slot_state *active = tn_slot_active(&u->list);
    struct tn_history h = {.n = 0};
    const struct tn_outcome_entry *e = NULL;
    struct tn_fault ignored;

    if (!u->session->is_tenon || tn_device_history(u->session, u->number, &h, &ignored)) {
        return 0;
    }
    for (size_t i = h.n; i-- > 0;) {  // the newest entry is the first
        e = strcmp(h.entries[i].version, t->version) == 0 ? &h.entries[i] : e;
    }
    if (e && e->outcome > TN_OUTCOME_CONFIRMED && e->outcome != TN_OUTCOME_TAKEN_BACK) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "the other image, %s, is none to go back to: the device's log says: %s; to try it "
                "again, on test: tenon upgrade FILE",
                t->version, tn_outcome_text(e->outcome));
    }
    if (!e && tn_upgrade_compare(t->version, active->version) > 0) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "the other image, %s, is newer than the running one, and the device's log does not "
                "say that it ever ran; to install it: tenon upgrade FILE",
                t->version);
    }
    return 0;
}

int tn_upgrade_choose_back(struct tn_upgrade *u, struct tn_fault *f) {
    const struct tn_slot_state *t = other_image(&u->list);
    char name[64];

    int unknown = tn_device_bootloader(u->session, name, sizeof(name), &u->mode, f);
    if (unknown < 0) {
        return -1;
    }
    u->mode = unknown ? -1 : u->mode;
    if (!tn_slot_active(&u->list)) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "no image runs: the bootloader is serving; first: tenon os reset");
    }
    if (!t || u->mode == TN_MODE_OVERWRITE_ONLY) {
        return no_way_back(u, f);
    }
    memcpy(u->hash, t->hash, t->hash_len);
    u->hash_len = (uint16_t)t->hash_len;
    snprintf(u->version, sizeof(u->version), "%.*s", (int)sizeof(u->version) - 1, t->version);
    return check_strategy(u, t, f) || check_log(u, t, f) ? -1 : 0;
}
