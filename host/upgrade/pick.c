// SPDX-License-Identifier: Apache-2.0
#include "host/upgrade/pick.h"

#include <string.h>

#include "host/device/device.h"

static bool has_several(const struct tn_slot_list *l) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].image) {
            return true;
        }
    }
    return false;
}

// The slot that does not run; while recovery serves, slot 0.
static uint32_t free_slot(const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active(l);

    return active && active->slot == 0 ? 1 : 0;
}

// The file whose image runs; -1: none does.
static int running(const struct tn_inspect *const *files, size_t n, const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active(l);

    for (size_t i = 0; i < n && active && active->hash_len; i++) {
        if (active->hash_len == files[i]->hash_len &&
                memcmp(active->hash, tn_inspect_id(files[i]), active->hash_len) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int by_address(const struct tn_inspect *const *files, size_t n, uint32_t addr, int *ret) {
    for (size_t i = 0; i < n; i++) {
        if (files[i]->hdr.load_addr == addr) {
            *ret = (int)i;
            return 0;
        }
    }
    return -1;
}

// The file with the slot-th lowest address.
static int by_order(const struct tn_inspect *const *files, size_t n, uint32_t slot, int *ret) {
    for (size_t i = 0; i < n; i++) {
        uint32_t lower = 0;
        for (size_t k = 0; k < n; k++) {
            lower += files[k]->hdr.load_addr < files[i]->hdr.load_addr;
        }
        if (lower == slot) {
            *ret = (int)i;
            return 0;
        }
    }
    return -1;
}

int tn_upgrade_pick(struct tn_session *s, const struct tn_inspect *const *files, size_t n, int *ret,
        struct tn_fault *f) {
    struct tn_slot_list list;
    struct tn_facts facts;

    if (tn_session_probe(s, f) || tn_device_list(s, &list, f)) {
        return -1;
    }
    if (has_several(&list)) {
        *ret = -1;
        return 0;
    }
    *ret = running(files, n, &list);
    if (*ret >= 0) {
        return 0;
    }
    uint32_t slot = free_slot(&list);
    int unknown = s->is_tenon ? tn_device_facts(s, &facts, f) : 1;
    if (unknown < 0) {
        return -1;
    }
    bool is_known = !unknown && slot < facts.nslots && facts.slots[slot].addr;
    if (is_known ? by_address(files, n, facts.slots[slot].addr, ret)
                 : by_order(files, n, slot, ret)) {
        return tn_fail(f, TN_FAULT_ADDRESS,
                "none of the files is built for slot %u of the device; build one for its address%s",
                (unsigned)slot, is_known ? " (tenon image slots)" : "");
    }
    return 0;
}
