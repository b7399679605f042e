// SPDX-License-Identifier: Apache-2.0
// Over the air a device may come out of a reset with another address, and another device may be
// nearer.
#include <string.h>

#include "host/upgrade/upgrade_priv.h"

// Does the device hold one of the images that it held before, or ours?
static bool has_known_image(const struct tn_upgrade *u, const struct tn_slot_list *now) {
    if (tn_slot_by_hash(now, u->hash, TN_HASH_LEN)) {
        return true;
    }
    for (size_t i = 0; i < u->list.n; i++) {
        const struct tn_slot_state *t = &u->list.slots[i];
        if (t->hash_len && tn_slot_by_hash(now, t->hash, t->hash_len)) {
            return true;
        }
    }
    return !u->list.tells_hashes;  // nothing is known to compare
}

bool tn_upgrade_is_same(struct tn_upgrade *u, struct tn_fault *f) {
    struct tn_transport *t = u->session->transport;
    struct tn_slot_list now;
    char id[sizeof(u->id)];

    if (!t->may_be_another) {
        return true;
    }
    if (tn_device_id(u->session, id, sizeof(id), f)) {
        return false;
    }
    bool is_same = *u->id && *id && strcmp(u->id, id) == 0;
    if (!*u->id || !*id) {
        if (tn_device_list(u->session, &now, f)) {
            return false;
        }
        is_same = has_known_image(u, &now);
    }
    if (!is_same) {
        t->ops->pass_over(t);
        tn_session_close(u->session);
        tn_fail(f, TN_FAULT_NO_DEVICE, "%s: another device answers, which was left alone", t->name);
        return false;
    }
    t->may_be_another = false;
    return true;
}
