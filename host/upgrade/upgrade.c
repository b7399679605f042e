// SPDX-License-Identifier: Apache-2.0
// Every step queries the device's state and decides by it alone. So an upgrade can continue one
// that was interrupted, by this tool or another one, at any point. All steps may be repeated except
// the reset: a second reset would end the test that the first one began.
#include "host/upgrade/upgrade_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum {
    AWAY_MS = 30000,        // for a device that disappears during a step
    COMEBACKS = 8,          // reconnections without progress
    SWAP_BASE_MS = 30000,   // time from a reset to the first answer,
    SWAP_BYTES_PER_MS = 4,  // plus the image's length at the speed of a slow swap
    LOOK_EVERY_MS = 300,
    LOOK_TIMEOUT_MS = 1000,
    RESET_AGAIN_MS = 5000,  // repeat the reset if the device answered it but has not reset by then,
    UNHEARD_MS = 2000,      // or by then if no answer came: the request was lost
    SETTLE_MS = 3000,       // a device that shows neither image may still be starting
    SHORT_PART = 8,         // none of these times is longer than this part of the deadline
    WATCH_MS = 1000,        // the new image must run this long: an image that crashes soon after
                            // its start must not be confirmed
};

const char *tn_phase_name(enum tn_upgrade_phase phase) {
    static const char *const names[] = {
            "probe", "list", "upload", "test", "reset", "swap", "confirm"};
    return names[phase];
}

// Sends a line for people, or, with NULL, reports that a phase begins.
static void tell(struct tn_upgrade *u, const char *text) {
    struct tn_upgrade *first = u->first;

    if (first->event) {
        first->at = u;
        first->event(first->ctx, first->phase, text);
    }
}

// Begins a phase. Each phase's clock runs until the next one begins.
static void enter(struct tn_upgrade *u, enum tn_upgrade_phase phase) {
    struct tn_upgrade *first = u->first;
    uint32_t now = tn_now_ms();

    first->took_ms[first->phase] += now - first->phase_from;
    first->phase = phase;
    first->phase_from = now;
    tell(u, NULL);
}

// How long a device that went away is waited for.
static uint32_t away_ms(const struct tn_upgrade *u) {
    return u->deadline_ms ? tn_session_left(u->session) : AWAY_MS;
}

// ---- Devices that go away --------------------------------------------------------------

// After a lost link: waits until the port is back and a device on it answers.
static int come_back(struct tn_upgrade *u, struct tn_fault *f) {
    struct tn_session *s = u->session;
    uint32_t start = tn_now_ms();
    uint32_t limit = away_ms(u);
    char line[200];

    snprintf(line, sizeof(line), "lost the device: waiting up to %u s for %s to come back",
            (unsigned)(limit / 1000), s->transport->name);
    tell(u, line);
    for (;;) {
        uint32_t gone = tn_now_ms() - start;
        uint32_t left = gone < limit ? limit - gone : 0;
        struct tn_fault why;
        if (tn_session_reopen(s, left, &why) == 0 && tn_session_probe(s, &why) == 0 &&
                tn_upgrade_is_same(u->first, &why)) {
            break;
        }
        if (left == 0 || why.kind == TN_FAULT_INTERRUPTED || why.kind == TN_FAULT_BUSY ||
                why.kind == TN_FAULT_DEADLINE) {
            // For a device that never came back, "lost" is clearer than "no such port".
            if (why.kind != TN_FAULT_NO_DEVICE && why.kind != TN_FAULT_DEADLINE) {
                *f = why;
            }
            return -1;
        }
    }
    tell(u, "the device is back");
    return 0;
}

// Runs a step, and again if the link was lost during it. So the step must be repeatable.
static int with_comeback(struct tn_upgrade *u,
        int (*step)(struct tn_upgrade *u, struct tn_fault *f), struct tn_fault *f) {
    int err = step(u, f);

    if (err && f->kind == TN_FAULT_LINK && come_back(u, f) == 0) {
        err = step(u, f);
    }
    return err;
}

static int step_list(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_device_list(u->session, &u->first->list, f);
}

static int step_check(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_upgrade_check(u, &u->first->list, f);
}

static int step_mode(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_upgrade_check_mode(u, &u->first->list, f);
}

// Says what the user may not expect of this file on this device.
static int step_warn(struct tn_upgrade *u, struct tn_fault *f) {
    struct tn_upgrade_notes notes;

    if (tn_upgrade_notes(u, &u->first->list, &notes, f)) {
        return -1;
    }
    for (size_t i = 0; i < notes.n; i++) {
        tell(u, notes.text[i]);
    }
    return 0;
}

// Also to go back: the other image may be one that never ran. Only the device knows, and it makes
// the request permanent if a swap left the image (SPEC.md, PREVIOUS).
static int step_test(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_device_mark(u->session, u->hash, tn_upgrade_hash_len(u), false, &u->first->list, f);
}

static int step_confirm(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_device_mark(u->session, NULL, 0, true, &u->first->list, f);
}

static int step_confirm_by_hash(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_device_mark(u->session, u->hash, tn_upgrade_hash_len(u), true, &u->first->list, f);
}

// ---- What a list says ------------------------------------------------------------------

const struct tn_slot_state *tn_upgrade_ours(
        const struct tn_upgrade *u, const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active_of(l, u->number);

    if (active && active->hash_len == tn_upgrade_hash_len(u) &&
            memcmp(active->hash, u->hash, tn_upgrade_hash_len(u)) == 0) {
        return active;
    }
    return tn_slot_by_hash(l, u->hash, tn_upgrade_hash_len(u));
}

bool tn_upgrade_is_next(const struct tn_slot_list *l, const struct tn_slot_state *t) {
    const struct tn_slot_state *active = tn_slot_active_of(l, t->image);

    if (t->pending || (t->slot == 0 && !t->active)) {
        return true;  // marked; or the bootloader serves, and starts slot 0
    }
    // The old image of a running test: a reset brings it back.
    return !t->active && t->confirmed && active && !active->confirmed;
}

bool tn_upgrade_wants_test(
        const struct tn_upgrade *u, const struct tn_slot_list *l, const struct tn_slot_state *t) {
    // Our loader verifies the image in slot 0 if a test is requested. MCUboot's would mark the
    // other slot.
    bool ask_anyway = u->session->is_tenon && t->slot == 0 && !t->active && !t->pending;

    return ask_anyway || !tn_upgrade_is_next(l, t);
}

static const struct tn_slot_state *ours(const struct tn_upgrade *u) {
    return tn_upgrade_ours(u, &u->first->list);
}

// What runs of this image. Recovery serves: nothing does.
static const struct tn_slot_state *active(const struct tn_upgrade *u) {
    return tn_slot_active_of(&u->first->list, u->number);
}

static bool recovery_serves(const struct tn_upgrade *u) {
    return !tn_slot_active(&u->first->list);
}

// It runs; or it left the spare slot, and the device does not list what runs.
static bool runs(const struct tn_upgrade *u) {
    const struct tn_slot_state *t = ours(u);

    return t ? t->active : u->is_untold && u->is_marked && !recovery_serves(u);
}

// The first image that does not run; NULL if all do.
static struct tn_upgrade *first_behind(struct tn_upgrade *u) {
    while (u && runs(u)) {
        u = u->next;
    }
    return u;
}

// The device reports no hashes. Does it list our version? This is all that can be known then: a
// server such as MCUboot's recovery may list slots without reading the images' TLVs.
static bool is_listed_without_hash(const struct tn_upgrade *u) {
    for (size_t i = 0; i < u->first->list.n && !u->first->list.tells_hashes; i++) {
        if (strcmp(u->first->list.slots[i].version, u->version) == 0) {
            return true;
        }
    }
    return false;
}

// Says what cannot be known before the application reports hashes.
static void tell_no_hashes(struct tn_upgrade *u) {
    char line[200];

    if (u->first->list.n && !u->first->list.tells_hashes) {
        snprintf(line, sizeof(line),
                "the device reports no hashes: it lists %s %s; whether this is the file is known "
                "only when the application runs",
                is_listed_without_hash(u) ? "version" : "no version", u->version);
        tell(u, line);
    }
}

// ---- Upload ----------------------------------------------------------------------------

// Sends the file, again after each lost link. The server answers with the offset to continue at.
static int upload(struct tn_upgrade *u, struct tn_fault *f) {
    uint32_t best = 0;
    int idle = 0;

    if (!u->force && with_comeback(u, step_check, f)) {
        return -1;
    }
    if (with_comeback(u, step_warn, f)) {
        return -1;
    }
    if (tn_upgrade_number_upload(u, &u->first->list, f)) {
        return -1;
    }
    enter(u, TN_PHASE_UPLOAD);
    u->uploaded = true;
    while (tn_session_upload(u->session, u->file, u->len, u->image, f)) {
        uint32_t acked = u->session->client.acked;
        idle = acked > best ? 0 : idle + 1;
        best = acked > best ? acked : best;
        if (f->kind != TN_FAULT_LINK || idle > COMEBACKS || come_back(u, f)) {
            return -1;
        }
    }
    u->was_there = best == 0 && u->session->client.resumed_at == u->len;
    enter(u, TN_PHASE_LIST);
    if (with_comeback(u, step_list, f)) {
        return -1;
    }
    return ours(u) || is_listed_without_hash(u)
            ? 0
            : tn_fail(f, TN_FAULT_REFUSED,
                      "all bytes arrived, and the device does not list the image; look at: "
                      "tenon image list");
}

// ---- Mark ------------------------------------------------------------------------------

static int mark_for_test(struct tn_upgrade *u, struct tn_fault *f) {
    const struct tn_slot_state *t = ours(u);

    if (!t) {
        tell(u,
                "without its hash, no test of the image can be requested: the next reset starts "
                "it");
        return 0;
    }
    if (!u->uploaded && !u->is_rollback && with_comeback(u, step_mode, f)) {
        return -1;
    }
    if (!tn_upgrade_wants_test(u, &u->first->list, t)) {
        return 0;
    }
    enter(u, TN_PHASE_TEST);
    int err = with_comeback(u, step_test, f);
    if (err && f->kind == TN_FAULT_REFUSED && !u->uploaded && !u->is_rollback) {
        // The copy has the same hash, but may not be our file. It may be left over from the image
        // before, or have another signature: the hash does not cover the signature.
        tell(u, "the copy on the device cannot be used: comparing it with the file");
        struct tn_fault refusal = *f;
        err = upload(u, f);
        if (!err && u->was_there) {
            *f = refusal;  // the copy equals our file, to the last byte
            return -1;
        }
        enter(u, TN_PHASE_TEST);
        err = err ? err : with_comeback(u, step_test, f);
    }
    if (err) {
        return err;
    }
    t = ours(u);
    u->is_marked = true;
    u->left_by_swap = t && t->permanent;  // though a test was requested
    if (u->left_by_swap) {
        tell(u, "a swap left this image on the device: it comes back for good, without a test");
    }
    return t && tn_upgrade_is_next(&u->first->list, t)
            ? 0
            : tn_fail(f, TN_FAULT_REFUSED,
                      "the device said yes to the test and did not mark the image; look at: tenon "
                      "image list");
}

// ---- Reset and what comes after --------------------------------------------------------

// The answer may be lost, since the device resets. The next looks show whether the request arrived.
static int ask_for_reset(struct tn_upgrade *u, struct tn_fault *f) {
    int rc = tn_device_reset(u->session, TN_DEVICE_NORMAL, false, f);
    u->was_unheard = rc > 0;
    return rc < 0 ? -1 : 0;
}

static int reset(struct tn_upgrade *u, struct tn_fault *f) {
    enter(u, TN_PHASE_RESET);
    return ask_for_reset(u, f);
}

// The device works, but does not run the new image. Its own log may say why.
static int rejected(struct tn_upgrade *first, struct tn_fault *f) {
    struct tn_upgrade *behind = first_behind(first);
    struct tn_upgrade *u = behind ? behind : first;
    const struct tn_slot_state *other = active(u);
    char what[64] = "no image runs (the bootloader is serving)";
    char which[24] = "";
    char why[240];

    if (other) {
        snprintf(what, sizeof(what), "%s runs", other->version);
    }
    if (first->next) {
        snprintf(which, sizeof(which), "image %u, ", (unsigned)u->number);
    }
    tn_upgrade_reason(u, why, sizeof(why));
    return tn_fail(f, TN_FAULT_NOT_RUNNING, "%s%s did not stay: %s after the reset; %s", which,
            u->version, what, why);
}

// Neither hash nor flags tell what runs.
static int untold(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_NOT_RUNNING,
            "whether %s runs cannot be known: what serves after the reset reports no hashes%s; if "
            "this is recovery, let its button go, and: tenon os reset; then: tenon image list",
            u->version,
            is_listed_without_hash(u) ? ", and lists that version" : ", and does not list it");
}

// The device works, but recovery keeps it from carrying out the request.
static int held(struct tn_upgrade *u, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_NOT_RUNNING,
            "%s does not run yet: recovery serves after the reset, and the request for it still "
            "waits; is the button held? Let it go, and: tenon os reset",
            u->version);
}

// What a look shows. LOOK_AGAIN: no answer yet; LOOK_NO_PORT: not even a port; LOOK_RUNS: the new
// image runs; LOOK_NOT_YET: the device has not reset; LOOK_HELD: it has, but recovery serves and
// the request is pending; LOOK_OTHER: another image runs; LOOK_UNTOLD: the device does not report
// what runs.
enum look { LOOK_AGAIN, LOOK_NO_PORT, LOOK_RUNS, LOOK_NOT_YET, LOOK_HELD, LOOK_OTHER, LOOK_UNTOLD };

// Looks once at the device, which may be in any state from off to running.
static enum look look(struct tn_upgrade *u, struct tn_fault *f) {
    struct tn_session *s = u->session;
    struct tn_call call = {.group = TN_SMP_IMAGE,
            .id = TN_IMG_STATE,
            .op = TN_SMP_READ,
            .timeout_ms = LOOK_TIMEOUT_MS,
            .tries = 1,
            .start_ms = tn_session_soon_ms(s)};
    struct tn_reply r;

    if (s->timeout_ms && s->timeout_ms < LOOK_TIMEOUT_MS) {
        call.timeout_ms = s->timeout_ms;
    }
    // The short call comes first: it detects a closed or silent port sooner than the list.
    if (tn_session_call(s, &call, &r, f)) {
        bool dead = f->kind == TN_FAULT_LINK;
        if (dead && tn_session_reopen(s, 0, f) == 0) {
            f->kind = TN_FAULT_LINK;
        }
        return f->kind == TN_FAULT_NO_DEVICE ? LOOK_NO_PORT : LOOK_AGAIN;
    }
    if (!tn_upgrade_is_same(u, f) || tn_device_list(s, &u->list, f)) {
        return f->kind == TN_FAULT_NO_DEVICE ? LOOK_NO_PORT : LOOK_AGAIN;
    }
    const struct tn_slot_state *t = ours(u);
    if (t && t->active) {
        return LOOK_RUNS;
    }
    if (u->list.n && !u->list.tells_hashes) {
        return LOOK_UNTOLD;
    }
    if (!t || !tn_upgrade_is_next(&u->list, t)) {
        return LOOK_OTHER;
    }
    // If recovery served before, this state is the same as that of a device that has not reset.
    return !recovery_serves(u) || u->from_recovery ? LOOK_NOT_YET : LOOK_HELD;
}

// A swap copies both images once, maybe on slow flash, so the limit grows with the size.
static uint32_t swap_ms(const struct tn_upgrade *u) {
    size_t len = 0;

    for (const struct tn_upgrade *v = u; v; v = v->next) {
        len += v->len;
    }
    return u->deadline_ms ? tn_session_left(u->session)
                          : SWAP_BASE_MS + (uint32_t)len / SWAP_BYTES_PER_MS;
}

// ms, or less if the caller's deadline is short.
static uint32_t part(const struct tn_upgrade *u, uint32_t ms) {
    return u->deadline_ms ? tn_min(ms, u->deadline_ms / SHORT_PART) : ms;
}

// Fills the fault when the time is over. after_ms: since the reset.
static int gave_up(struct tn_upgrade *u, enum look last, uint32_t after_ms, struct tn_fault *f) {
    const char *name = u->session->transport->name;
    unsigned seconds = (unsigned)((after_ms + 500) / 1000);

    if (last == LOOK_HELD || (last == LOOK_NOT_YET && recovery_serves(u))) {
        return held(u, f);
    }
    if (last == LOOK_UNTOLD) {
        return untold(u, f);
    }
    if (last == LOOK_NOT_YET || last == LOOK_OTHER) {
        return rejected(u, f);
    }
    if (last == LOOK_NO_PORT) {
        return tn_fail(f, TN_FAULT_SILENT,
                "%s: the port is gone since the reset, for %u s: the device is unplugged, or %s "
                "does not bring its port up; plug it in again, and run the same command again",
                name, seconds, u->version);
    }
    if (u->deadline_ms && after_ms < SETTLE_MS) {  // too soon to say anything about the image
        return tn_fail(f, TN_FAULT_DEADLINE,
                "%s: --deadline ended right after the reset, before %s could answer; the same "
                "command goes on from there",
                name, u->version);
    }
    return tn_fail(f, TN_FAULT_SILENT,
            "%s: no answer for %u s after the reset: %s may hang, or has no SMP server; the next "
            "reset, "
            "by the device's watchdog, its reset pin or a power cycle, reverts it to the old "
            "image%s; then: tenon image list",
            name, seconds, u->version,
            u->mode == TN_MODE_OVERWRITE_ONLY
                    ? " - not on this device, which overwrites the old one"
                    : ", if it was on test");
}

// Waits until the new image runs.
static int wait_for_image(struct tn_upgrade *u, struct tn_fault *f) {
    uint32_t start = tn_now_ms();
    uint32_t since = start;  // since when the looks show the same state
    uint32_t limit;
    enum look last = LOOK_AGAIN;

    enter(u, TN_PHASE_SWAP);
    limit = swap_ms(u);
    for (;;) {
        enum look now = look(u, f);
        uint32_t time = tn_now_ms();
        if (now <= LOOK_NO_PORT && f->kind == TN_FAULT_INTERRUPTED) {
            return -1;
        }
        if (now <= LOOK_NO_PORT && f->kind == TN_FAULT_DEADLINE) {
            return gave_up(u, last, time - start, f);
        }
        if (now != last) {
            since = time;
            last = now;
        }
        if (now == LOOK_RUNS && time - since >= part(u, WATCH_MS)) {
            return 0;
        }
        if (now == LOOK_OTHER && time - since >= part(u, SETTLE_MS)) {
            return rejected(u, f);
        }
        if (now == LOOK_HELD && time - since >= part(u, SETTLE_MS)) {
            return held(u, f);
        }
        if (time - start >= limit) {
            return gave_up(u, last, time - start, f);
        }
        uint32_t again = u->was_unheard ? UNHEARD_MS : RESET_AGAIN_MS;
        bool not_yet = now == LOOK_NOT_YET || (now == LOOK_UNTOLD && u->was_unheard);
        if (not_yet && time - since >= part(u, again)) {
            if (!u->was_unheard && tn_upgrade_is_held_back(first_behind(u))) {
                return rejected(u, f);
            }
            tell(u,
                    !recovery_serves(u) ? "the device has not reset: asking again"
                                        : "recovery still serves: asking for a reset again");
            if (ask_for_reset(u, f)) {
                return -1;
            }
            since = time;
        }
        if (tn_session_sleep(u->session, part(u, LOOK_EVERY_MS), f)) {
            return f->kind == TN_FAULT_DEADLINE ? gave_up(u, last, time - start, f) : -1;
        }
    }
}

// ---- Confirm ---------------------------------------------------------------------------

// True if the device says so of each image. What it does not list counts.
static bool all_are_confirmed(const struct tn_upgrade *u) {
    for (; u; u = u->next) {
        const struct tn_slot_state *t = ours(u);
        if (t && !t->confirmed) {
            return false;
        }
    }
    return true;
}

// Our server confirms all images by one request; others want one for each.
static int ask_to_confirm(struct tn_upgrade *u, struct tn_fault *f) {
    if (!u->next || u->session->is_tenon) {
        return with_comeback(u, step_confirm, f);
    }
    for (; u; u = u->next) {
        const struct tn_slot_state *t = ours(u);
        if (t && !t->confirmed && with_comeback(u, step_confirm_by_hash, f)) {
            return -1;
        }
    }
    return 0;
}

// Makes the images permanent if they are not, and checks that the device confirmed them.
static int confirm(struct tn_upgrade *u, struct tn_fault *f) {
    if (all_are_confirmed(u)) {
        u->result = TN_UPGRADE_CONFIRMED;
        return 0;
    }
    if (u->no_confirm) {
        u->result = TN_UPGRADE_ON_TEST;
        return 0;
    }
    enter(u, TN_PHASE_CONFIRM);
    if (ask_to_confirm(u, f) || with_comeback(u, step_list, f)) {
        return -1;
    }
    if (first_behind(u)) {
        return rejected(u, f);
    }
    if (!all_are_confirmed(u)) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "the device said yes to the confirmation and did not confirm; look at: tenon image "
                "list");
    }
    u->result = TN_UPGRADE_CONFIRMED;
    return 0;
}

// ----------------------------------------------------------------------------------------

// Did a swap leave this older image in the spare slot? Under swap using offset, the device's answer
// to the request showed it. Under the others, the slots look the same either way: an older image
// that this upgrade did not send counts as left.
static int looks_left(struct tn_upgrade *u, bool *ret, struct tn_fault *f) {
    char name[64];
    int mode = -1;

    if (tn_upgrade_compare(u->version, active(u)->version) >= 0) {
        *ret = false;
        return 0;
    }
    int err = tn_device_bootloader(u->session, name, sizeof(name), &mode, f);
    *ret = !err && (mode == TN_MODE_SWAP_SCRATCH || mode == TN_MODE_SWAP_MOVE);
    return err < 0 ? -1 : 0;
}

// If this upgrade takes the running image back, the device's log should say so. The request for the
// other image stands already, or the running one is on test.
static int note_taken_back(struct tn_upgrade *u, struct tn_fault *f) {
    const struct tn_slot_state *now = active(u);
    bool left = true;

    if (u->next || u->uploaded || !ours(u) || !now || !u->session->is_tenon) {
        return 0;
    }
    if (!u->is_rollback && !u->left_by_swap && now->confirmed && looks_left(u, &left, f)) {
        return -1;
    }
    return left && tn_device_take_back(u->session, f) < 0 ? -1 : 0;
}

// Sends what is not on the device yet.
static int send(struct tn_upgrade *u, struct tn_fault *f) {
    if (ours(u)) {
        tell(u, "the image is on the device already: not sent again");
        return 0;
    }
    tell_no_hashes(u);
    return upload(u, f);
}

// Does step for each image that does not run.
static int for_those_behind(struct tn_upgrade *u,
        int (*step)(struct tn_upgrade *u, struct tn_fault *f), struct tn_fault *f) {
    for (; u; u = u->next) {
        if (!runs(u) && step(u, f)) {
            return -1;
        }
    }
    return 0;
}

static int step_mark_for_good(struct tn_upgrade *u, struct tn_fault *f) {
    const struct tn_slot_state *t = ours(u);

    return t && t->pending && !t->permanent ? step_confirm_by_hash(u, f) : 0;
}

// One image comes back for good, since a swap left it. So that the next reset does not revert the
// others alone, they come for good, too.
static int mark_alike(struct tn_upgrade *u, struct tn_fault *f) {
    bool left = false;

    for (const struct tn_upgrade *v = u; v; v = v->next) {
        left |= v->left_by_swap;
    }
    if (!u->next || !left) {
        return 0;
    }
    tell(u, "so the others come for good, too");
    for (; u; u = u->next) {
        if (with_comeback(u, step_mark_for_good, f)) {
            return -1;
        }
    }
    return 0;
}

// Brings the images to a device that runs others, and waits until they run.
static int bring_in(struct tn_upgrade *u, struct tn_fault *f) {
    if (for_those_behind(u, send, f)) {
        return -1;
    }
    if (!first_behind(u)) {
        return 0;  // another tool was faster
    }
    u->from_recovery = recovery_serves(u);
    return for_those_behind(u, mark_for_test, f) || mark_alike(u, f) ||
                    with_comeback(u, note_taken_back, f) || reset(u, f) || wait_for_image(u, f)
            ? -1
            : 0;
}

int tn_upgrade_find(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f) {
    if (!u->is_numbered) {
        bool by_number = u->image && tn_slot_active_of(l, u->image);
        u->number = by_number ? u->image : 0;
        return 0;
    }
    for (struct tn_upgrade *v = u; v; v = v->next) {
        const struct tn_slot_state *t = tn_slot_by_hash(l, v->hash, tn_upgrade_hash_len(v));
        if (t && t->image != v->number) {
            return tn_fail(f, TN_FAULT_USAGE,
                    "%s is image %u of this device, and was given as image %u: give the files in "
                    "the order of their images' numbers",
                    v->name, (unsigned)t->image, (unsigned)v->number);
        }
        v->is_untold = tn_slot_active(l) && !tn_slot_active_of(l, v->number);
    }
    return 0;
}

static int go(struct tn_upgrade *u, struct tn_fault *f) {
    if (tn_session_probe(u->session, f) ||
            (u->session->transport->ops->pass_over &&
                    tn_device_id(u->session, u->id, sizeof(u->id), f))) {
        return -1;
    }
    enter(u, TN_PHASE_LIST);
    if (with_comeback(u, step_list, f) || (u->is_rollback && tn_upgrade_choose_back(u, f)) ||
            tn_upgrade_find(u, &u->list, f)) {
        return -1;
    }
    if (u->is_sent) {
        return wait_for_image(u, f) || confirm(u, f) ? -1 : 0;
    }
    bool run = !first_behind(u);
    if (run && (all_are_confirmed(u) || u->no_confirm)) {
        u->result = TN_UPGRADE_UP_TO_DATE;
        return 0;
    }
    int err = run ? 0 : bring_in(u, f);
    return err ? err : confirm(u, f);
}

void tn_upgrade_join(struct tn_upgrade *first) {
    for (struct tn_upgrade *u = first; u; u = u->next) {
        u->first = first;
        u->session = first->session;
        u->force = first->force;
        u->no_confirm = first->no_confirm;
        u->deadline_ms = first->deadline_ms;
        u->mode = -1;
    }
}

int tn_upgrade(struct tn_upgrade *u, struct tn_fault *f) {
    u->phase = TN_PHASE_PROBE;
    u->phase_from = tn_now_ms();
    tn_upgrade_join(u);
    tn_session_limit(u->session, u->deadline_ms);
    tell(u, NULL);
    int err = tn_session_claim(u->session, f) || go(u, f) ? -1 : 0;
    tn_session_limit(u->session, 0);
    u->took_ms[u->phase] += tn_now_ms() - u->phase_from;
    return err;
}
