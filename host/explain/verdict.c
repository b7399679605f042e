// SPDX-License-Identifier: Apache-2.0
// Findings that need the end of the log: missing answers, and the state in which the log leaves the
// device.
#include <stdio.h>
#include <string.h>

#include "host/explain/explain_priv.h"

// ---- Answers that never came -----------------------------------------------------------

// Did a later request of the same kind get an answer?
static bool was_repeated(const struct facts *f, const struct request *q) {
    if (q->end && f->upload_off >= q->end) {
        return true;
    }
    for (unsigned i = 0; i < REQUESTS; i++) {
        const struct request *other = &f->requests[i];
        if (other->number > q->number && !other->waits && other->hdr.group == q->hdr.group &&
                other->hdr.id == q->hdr.id && other->end == q->end) {
            return true;
        }
    }
    return false;
}

static void unanswered(struct facts *f) {
    unsigned lost = 0;

    if (!f->nresponses && f->prompts) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "shell", 0,
                "use the port that the firmware has for SMP, or build SMP into the shell "
                "(CONFIG_MCUMGR_TRANSPORT_SHELL) or in place of it (CONFIG_MCUMGR_TRANSPORT_UART)",
                "a shell answered, and no SMP server: this port is the device's console");
        return;
    }
    if (f->nrequests && !f->nresponses) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "no-answer", 0,
                "is it the right port, at the right speed, and does the firmware have an SMP "
                "server? Look with: tenon devices --probe",
                "the device sent no answer");
        return;
    }
    for (unsigned i = 0; i < REQUESTS; i++) {
        const struct request *q = &f->requests[i];
        char buf[48];
        // A device may reset before it can answer.
        if (!q->number || !q->waits || (q->hdr.group == TN_SMP_OS && q->hdr.id == TN_OS_RESET)) {
            continue;
        }
        if (was_repeated(f, q)) {
            lost++;
            continue;
        }
        struct names n = tn_explain_words_names(&q->hdr, buf, sizeof(buf));
        tn_explain_facts_add(f, TN_FINDING_FAULT, "no-answer", q->number,
                "is the device still on and in reach? An erase may take a minute: give the tool "
                "a longer timeout (-t), then try again",
                "request %u (%s, %s) was never answered", q->number, n.command, n.group);
    }
    if (lost) {
        tn_explain_facts_add(f, TN_FINDING_WARNING, "repeated", 0,
                "a better or shorter cable makes it faster",
                "%u request%s got no answer and had to be sent again", lost, lost > 1 ? "s" : "");
    }
}

// ---- The upload ------------------------------------------------------------------------

static void upload(struct facts *f) {
    if (f->upload_back) {
        tn_explain_facts_add(f, TN_FINDING_WARNING, "upload-back", f->upload_at,
                "packets are lost on the way: use a smaller window (-w 1) or smaller packets if it "
                "happens often",
                "the device wanted an earlier part of the upload again, %u time%s", f->upload_back,
                f->upload_back > 1 ? "s" : "");
    }
    if (f->is_uploading) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "upload-unfinished", f->upload_at,
                "run the same upload again: a server that remembers it continues there",
                "the upload stops at byte %u of %u", (unsigned)f->upload_off,
                (unsigned)f->upload_len);
    }
}

// ---- The state of the slots ------------------------------------------------------------

static bool same_hash(const struct tn_slot_state *a, const struct tn_slot_state *b) {
    return a->hash_len && a->hash_len == b->hash_len && memcmp(a->hash, b->hash, a->hash_len) == 0;
}

static const struct tn_slot_state *pending_of(const struct tn_slot_list *l) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].pending && !l->slots[i].active) {
            return &l->slots[i];
        }
    }
    return NULL;
}

static void compare_slots(struct facts *f) {
    for (size_t i = 0; i < f->list.n; i++) {
        for (size_t k = i + 1; k < f->list.n; k++) {
            const struct tn_slot_state *a = &f->list.slots[i];
            const struct tn_slot_state *b = &f->list.slots[k];
            if (a->image != b->image) {
                continue;
            }
            if (same_hash(a, b)) {
                tn_explain_facts_add(f, TN_FINDING_WARNING, "same-image", f->list_at,
                        "a swap would change nothing: upload another image",
                        "slot %u and slot %u hold the same image, %s", (unsigned)a->slot,
                        (unsigned)b->slot, a->version);
            } else if (strcmp(a->version, b->version) == 0) {
                tn_explain_facts_add(f, TN_FINDING_WARNING, "same-version", f->list_at,
                        "give every build a version of its own: tenon sign --version",
                        "both slots hold version %s, of different images: the version does not "
                        "show which one runs",
                        a->version);
            }
        }
    }
}

static void waits_for_reset(struct facts *f, const struct tn_slot_state *t) {
    const char *then = t->permanent ? "reset the device: tenon os reset"
                                    : "reset the device, and when the new image runs, confirm it: "
                                      "tenon os reset, tenon image confirm";
    if (f->reset_at > f->list_at) {
        tn_explain_facts_add(f, TN_FINDING_NOTE, "ends-with-reset", f->reset_at,
                t->permanent ? "check what runs: tenon image list"
                             : "check what runs, and confirm it: tenon image list, tenon image "
                               "confirm",
                "the log ends with the reset: it does not show whether %s runs", t->version);
        return;
    }
    tn_explain_facts_add(f, TN_FINDING_FAULT, "no-reset", f->list_at, then,
            "the log ends without a reset: %s in slot %u waits for it, and %s never ran",
            t->version, (unsigned)t->slot, t->permanent ? "the swap" : "the test swap");
}

// What the reset did with the marked image.
static void after_reset(struct facts *f) {
    const struct tn_slot_state *marked = pending_of(&f->before);
    const struct tn_slot_state *active = tn_slot_active(&f->list);

    if (!f->reset_at || f->list_at < f->reset_at || !marked || !active) {
        return;
    }
    if (!same_hash(marked, active) && !pending_of(&f->list)) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "reverted", f->list_at,
                "the bootloader rejected it (its key? its slot? its size?), or it started and was "
                "reverted: look at what it does at start-up, and at the bootloader's log",
                "%s was marked before the reset, and %s runs after it", marked->version,
                active->version);
    }
}

static void slots(struct facts *f) {
    const struct tn_slot_state *pending = pending_of(&f->list);
    const struct tn_slot_state *active = tn_slot_active(&f->list);

    if (!f->has_list) {
        return;
    }
    compare_slots(f);
    after_reset(f);
    if (pending) {
        waits_for_reset(f, pending);
    }
    if (active && !active->confirmed) {
        tn_explain_facts_add(f, TN_FINDING_WARNING, "on-test", f->list_at,
                "if it is good, confirm it: tenon image confirm",
                "%s runs on test: the next reset brings the old image back", active->version);
    }
    if (!active && f->list.n) {
        tn_explain_facts_add(f, TN_FINDING_NOTE, "recovery", f->list_at, "",
                "no image runs: the bootloader itself answers (serial recovery)");
    }
    if (!f->upload_at && pending) {
        tn_explain_facts_add(f, TN_FINDING_NOTE, "no-upload", 0, "",
                "nothing was uploaded: the image in slot %u was there already",
                (unsigned)pending->slot);
    }
}

// ----------------------------------------------------------------------------------------

static void input(struct facts *f, const struct join *j, unsigned packets) {
    if (packets == 0) {
        tn_explain_codes_verdict(f);
    }
    if (packets == 0 && !f->ncodes && !f->prompts) {
        tn_explain_facts_add(f, TN_FINDING_FAULT, "no-packet", 0,
                "take the log with its packets: nRF Connect's log of level debug, mcumgr -l debug, "
                "btmon, or tenon -v -v; or give hex digits",
                "no SMP packet was found in this text");
    }
    if (j->frames > j->framed) {
        unsigned n = j->frames - j->framed;
        tn_explain_facts_add(f, TN_FINDING_WARNING, "damaged-frame", 0,
                "something else prints on this line, or bytes are lost: a slower speed, or another "
                "port for SMP",
                "%u console frame%s arrived damaged or incomplete", n, n > 1 ? "s" : "");
    }
}

// Faults first, then in the order of the log; findings about the whole log come last.
static bool is_before(const struct finding *a, const struct finding *b) {
    if (a->kind != b->kind) {
        return a->kind > b->kind;
    }
    return a->packet && (!b->packet || a->packet < b->packet);
}

static void sort(struct facts *f) {
    for (unsigned i = 1; i < f->nfindings; i++) {
        struct finding one = f->findings[i];
        unsigned k = i;
        for (; k > 0 && is_before(&one, &f->findings[k - 1]); k--) {
            f->findings[k] = f->findings[k - 1];
        }
        f->findings[k] = one;
    }
}

void tn_explain_verdict(
        struct facts *f, const struct join *j, unsigned packets, char *summary, size_t size) {
    const struct tn_slot_state *active = tn_slot_active(&f->list);

    input(f, j, packets);
    unanswered(f);
    upload(f);
    slots(f);
    sort(f);
    if (f->nfindings && f->findings[0].kind == TN_FINDING_FAULT) {
        snprintf(summary, size, "%s", f->findings[0].what);
    } else if (f->reset_at && f->list_at > f->reset_at && active && active->confirmed) {
        snprintf(summary, size, "the update is done: %s runs and is confirmed", active->version);
    } else {
        snprintf(summary, size, "nothing went wrong in this log");
    }
}
