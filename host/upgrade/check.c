// SPDX-License-Identifier: Apache-2.0
// Before an upload: compares the file with what the device reports about images. This spares the
// user an upload that ends in a refusal, and keeps the device's spare image. What the device does
// not report, the loader checks.
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "host/upgrade/upgrade_priv.h"

enum {
    SHOWN = 4,  // bytes of a key's hash in messages
};

const struct tn_slot_state *tn_upgrade_in_slot(
        const struct tn_slot_list *l, uint32_t image, uint32_t slot) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].image == image && l->slots[i].slot == slot) {
            return &l->slots[i];
        }
    }
    return NULL;
}

int tn_upgrade_target(const struct tn_upgrade *u, const struct tn_slot_list *l) {
    const struct tn_slot_state *active = tn_slot_active(l);

    if (u->image && !u->number && !u->first->is_numbered) {
        return (int)u->image - 1;
    }
    if (active) {
        const struct tn_slot_state *own = tn_slot_active_of(l, u->number);
        return own ? own->slot == 0 : 1;
    }
    return tn_upgrade_in_slot(l, u->number, 0) ? 1 : 0;
}

// Sets u->image to the number that this device's slot info gives the slot.
static int number_by_places(
        struct tn_upgrade *u, const struct tn_slot_places *p, uint32_t slot, struct tn_fault *f) {
    bool is_there = false;

    for (size_t i = 0; i < p->n; i++) {
        const struct tn_slot_place *t = &p->slots[i];
        is_there |= t->image == u->number;
        if (t->image == u->number && t->slot == slot && t->has_upload_id) {
            u->image = t->upload_id;
        }
    }
    return is_there
            ? 0
            : tn_fail(f, TN_FAULT_USAGE, "%s: the device has no image %u (tenon image slots)",
                      u->name, (unsigned)u->number);
}

int tn_upgrade_number_upload(
        struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f) {
    uint32_t slot = (uint32_t)tn_upgrade_target(u, l);
    struct tn_slot_places p;

    if (!u->first->is_numbered) {
        return 0;
    }
    // Without slot info, as Zephyr and MCUboot number them (doc/reference/smp.md section 5).
    u->image = tn_slot_active(l) || !u->number ? u->number : 2 * u->number + slot + 1;
    if (tn_device_places(u->session, &p, f)) {
        return f->kind == TN_FAULT_REFUSED ? 0 : -1;
    }
    return number_by_places(u, &p, slot, f);
}

// True if the device had this key, and a key list revoked it. *ret_number: of that list.
static bool is_revoked(struct tn_session *s, const uint8_t *key_hash, uint32_t *ret_number) {
    struct tn_device_keys keys;
    struct tn_fault ignored;

    if (tn_device_keys(s, &keys, &ignored)) {
        return false;
    }
    *ret_number = keys.number;
    for (size_t i = 0; i < keys.n; i++) {
        if (keys.list[i].is_revoked &&
                memcmp(keys.list[i].hash, key_hash, sizeof(keys.list[i].hash)) == 0) {
            return true;
        }
    }
    return false;
}

static int check_key(const struct tn_upgrade *u, const struct tn_facts *facts, struct tn_fault *f) {
    uint32_t number = 0;
    char text[2 * SHOWN + 1];

    if (!facts->nkeys || !facts->all_keys || !u->in->has_key_hash) {
        return 0;
    }
    for (size_t i = 0; i < facts->nkeys; i++) {
        if (memcmp(facts->keys[i], u->in->key_hash, sizeof(facts->keys[i])) == 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < SHOWN; i++) {
        snprintf(text + 2 * i, 3, "%02x", u->in->key_hash[i]);
    }
    if (is_revoked(u->session, u->in->key_hash, &number)) {
        return tn_fail(f, TN_FAULT_FOREIGN_KEY,
                "%s: signed with a key that was revoked on the device (%s..., by key list %u); "
                "sign it with another of its keys: tenon image keys (--force sends it all the "
                "same)",
                u->name, text, (unsigned)number);
    }
    return tn_fail(f, TN_FAULT_FOREIGN_KEY,
            "%s: signed with a key that the device does not trust (%s...); sign it with the "
            "device's key (--force sends it all the same)",
            u->name, text);
}

static int check_address(
        const struct tn_upgrade *u, const struct tn_facts *facts, int slot, struct tn_fault *f) {
    const struct tn_image_hdr *hdr = &u->in->hdr;

    if (u->number || !(hdr->flags & TN_IMAGE_ROM_FIXED) || slot < 0 ||
            (size_t)slot >= facts->nslots || hdr->load_addr == facts->slots[slot].addr) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_ADDRESS,
            "%s: built for address 0x%x, and images in slot %d run at 0x%x; build it for that "
            "address (--force sends it all the same)",
            u->name, (unsigned)hdr->load_addr, slot, (unsigned)facts->slots[slot].addr);
}

// What comes into the spare slot is decrypted. A clear image would be garbage then.
static int check_form(const struct tn_upgrade *u, int slot, struct tn_fault *f) {
    if (!(u->in->hdr.flags & TN_IMAGE_ENCRYPTED) || u->in->is_sealed || slot != 1) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "%s: the clear form of an encrypted image, which runs in slot 0 only; send the "
            "encrypted one: tenon sign --encrypt KEY without --clear (--force sends it all the "
            "same)",
            u->name);
}

// Reads "1.2.3" or "1.2.3.4", as devices report versions. False if text is something else.
static bool read_version(const char *text, struct tn_version *ret) {
    unsigned v[4] = {0};
    int n = 0;

    if (sscanf(text, "%3u.%3u.%5u.%10u%n", &v[0], &v[1], &v[2], &v[3], &n) < 3 ||
            v[0] > UINT8_MAX || v[1] > UINT8_MAX || v[2] > UINT16_MAX) {
        return false;
    }
    *ret = (struct tn_version){(uint8_t)v[0], (uint8_t)v[1], (uint16_t)v[2], v[3]};
    return true;
}

static int check_version(
        const struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f) {
    const struct tn_slot_state *active = tn_slot_active_of(l, u->number);
    struct tn_version running;

    if (!active || !read_version(active->version, &running) ||
            tn_version_compare(&u->in->hdr.version, &running) >= 0) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_DOWNGRADE,
            "%s: version %s is below the running one, %s, and the device takes no older one; raise "
            "its version (--force sends it all the same)",
            u->name, u->version, active->version);
}

// The image's security counter, 0 if it has none.
static uint32_t counter_of(const struct tn_upgrade *u) {
    for (size_t i = 0; i < u->in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &u->in->tlvs[i];
        if (t->type == TN_TLV_SEC_CNT && t->is_protected && t->len == 4) {
            return tn_get_le32(u->file + t->off);
        }
    }
    return 0;
}

static int check_counter(struct tn_upgrade *u, struct tn_fault *f) {
    struct tn_history h = {.n = 0};
    uint32_t counter = counter_of(u);

    if (tn_device_history(u->session, u->number, &h, f)) {
        return f->kind == TN_FAULT_REFUSED ? 0 : -1;  // kept elsewhere than in the log
    }
    if (counter >= h.counter) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_DOWNGRADE,
            "%s: its security counter, %u, is below the device's, %u; sign it with a higher one "
            "(tenon sign --security-counter; --force sends it all the same)",
            u->name, (unsigned)counter, (unsigned)h.counter);
}

int tn_upgrade_compare(const char *a, const char *b) {
    struct tn_version va;
    struct tn_version vb;

    return read_version(a, &va) && read_version(b, &vb) ? tn_version_compare(&va, &vb) : 0;
}

int tn_upgrade_check(struct tn_upgrade *u, const struct tn_slot_list *l, struct tn_fault *f) {
    struct tn_facts facts;

    if (tn_device_check_size(u->session, u->number, u->len, u->name, f)) {
        return -1;
    }
    if (u->in && check_form(u, tn_upgrade_target(u, l), f)) {
        return -1;
    }
    if (!u->in || !u->session->is_tenon) {
        return 0;
    }
    int rc = tn_device_facts(u->session, &facts, f);
    if (rc) {
        return rc > 0 ? 0 : -1;  // an older server: it reports the problem itself
    }
    if (check_key(u, &facts, f) || check_address(u, &facts, tn_upgrade_target(u, l), f) ||
            (facts.no_downgrade && check_version(u, l, f))) {
        return -1;
    }
    return facts.no_rollback ? check_counter(u, f) : 0;
}
