// SPDX-License-Identifier: Apache-2.0
// Requests are small maps that this file writes. Answers are read by name, never by order, and with
// bounds: an answer with too long a list or hash is refused as unreadable.
#include "host/device/device.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "boot/log.h"
#include "host/device/ask_priv.h"

enum {
    MARK_SOON_MS = 1500,
    ERASE_SOON_MS = 3000,
    FIRST_FLAG = 4,  // the flags' place in the fields of an image
};

// Enters the list "images" of an answer, and calls take for each element.
static int each_image(
        const struct tn_reply *r, int (*take)(struct tn_cbor_in *, void *), void *ctx) {
    struct tn_cbor_in in;
    struct tn_cbor_in images = {0};
    const struct tn_cbor_field field = {"images", TN_FIELD_ANY, &images};

    tn_cbor_in_init(&in, r->body.ptr, r->body.len);
    int found = tn_cbor_get_map(&in, &field, 1);
    if (found < 0) {
        return -1;
    }
    return found ? tn_each(&images, take, ctx) : 0;  // no list: no slot has an image
}

// ---- State -----------------------------------------------------------------------------

static int take_state(struct tn_cbor_in *in, void *ctx) {
    struct tn_slot_list *l = ctx;
    struct tn_slot_state t = {.bootable = false};
    struct tn_span version = {0};
    struct tn_span hash = {0};
    const struct tn_cbor_field fields[] = {
            {"image", TN_FIELD_UINT, &t.image},
            {"slot", TN_FIELD_UINT, &t.slot},
            {"version", TN_FIELD_TEXT, &version},
            {"hash", TN_FIELD_BYTES, &hash},
            {"bootable", TN_FIELD_BOOL, &t.bootable},
            {"pending", TN_FIELD_BOOL, &t.pending},
            {"confirmed", TN_FIELD_BOOL, &t.confirmed},
            {"active", TN_FIELD_BOOL, &t.active},
            {"permanent", TN_FIELD_BOOL, &t.permanent},
    };

    int found = tn_cbor_get_map(in, fields, TN_LEN(fields));
    if (found < 0 || hash.len > sizeof(t.hash) || l->n == TN_DEVICE_SLOTS) {
        return -1;
    }
    l->tells_flags = l->tells_flags || found >> FIRST_FLAG;
    l->tells_hashes = l->tells_hashes || hash.len;
    tn_text_copy(t.version, sizeof(t.version), version);
    for (char *p = t.version; *p; p++) {
        *p = (*p & 0x80) ? '?' : *p;  // half a UTF-8 character would make invalid JSON
    }
    if (hash.len) {
        memcpy(t.hash, hash.ptr, hash.len);
    }
    t.hash_len = hash.len;
    l->slots[l->n++] = t;
    return 0;
}

// Reads into a local list first: *ret is untouched on failure.
int tn_slot_list_get(const struct tn_reply *r, struct tn_slot_list *ret) {
    struct tn_slot_list l = {.n = 0};

    if (each_image(r, take_state, &l)) {
        return -1;
    }
    *ret = l;
    return 0;
}

static int read_state(struct tn_session *s, const struct tn_reply *r, struct tn_slot_list *ret,
        struct tn_fault *f) {
    return tn_slot_list_get(r, ret) ? tn_unreadable(s, "list of images", f) : 0;
}

int tn_device_list(struct tn_session *s, struct tn_slot_list *ret, struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_IMAGE, .id = TN_IMG_STATE, .op = TN_SMP_READ};
    struct tn_reply r;

    return tn_session_ask(s, &call, "cannot list the images", &r, f) || read_state(s, &r, ret, f)
            ? -1
            : 0;
}

int tn_device_mark(struct tn_session *s, const uint8_t *hash, size_t hash_len, bool confirm,
        struct tn_slot_list *ret, struct tn_fault *f) {
    const char *what = confirm ? "cannot confirm the image" : "cannot mark the image for a test";
    struct tn_body b;
    struct tn_reply r;

    tn_body_begin(&b);
    tn_cbor_pair_bool(&b.out, "confirm", confirm);
    if (hash_len) {
        tn_cbor_put_str(&b.out, "hash");
        tn_cbor_put_bytes(&b.out, hash, hash_len);
    }
    struct tn_call call =
            tn_call_of(TN_SMP_IMAGE, TN_IMG_STATE, TN_SMP_WRITE, &b, hash_len ? 2 : 1);
    call.timeout_ms = tn_times(s, 5);  // the server may check a signature first
    call.start_ms = MARK_SOON_MS;      // a repeated request gets the same answer
    return tn_session_ask(s, &call, what, &r, f) || read_state(s, &r, ret, f) ? -1 : 0;
}

int tn_device_erase(struct tn_session *s, int slot, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;

    tn_body_begin(&b);
    if (slot >= 0) {
        tn_cbor_pair_uint(&b.out, "slot", (uint32_t)slot);
    }
    struct tn_call call = tn_call_of(TN_SMP_IMAGE, TN_IMG_ERASE, TN_SMP_WRITE, &b, slot >= 0);
    call.timeout_ms = tn_times(s, 15);  // a whole slot
    call.tries = 2;
    call.start_ms =
            s->is_tenon ? ERASE_SOON_MS : 0;  // our server skips sectors that are erased already
    return tn_session_ask(s, &call, "cannot erase the slot", &r, f);
}

const struct tn_slot_state *tn_slot_by_hash(
        const struct tn_slot_list *l, const uint8_t *hash, size_t len) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].hash_len == len && memcmp(l->slots[i].hash, hash, len) == 0) {
            return &l->slots[i];
        }
    }
    return NULL;
}

const struct tn_slot_state *tn_slot_active(const struct tn_slot_list *l) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].active) {
            return &l->slots[i];
        }
    }
    return NULL;
}

const struct tn_slot_state *tn_slot_active_of(const struct tn_slot_list *l, uint32_t image) {
    for (size_t i = 0; i < l->n; i++) {
        if (l->slots[i].active && l->slots[i].image == image) {
            return &l->slots[i];
        }
    }
    return NULL;
}

// ---- Slot info -------------------------------------------------------------------------

struct place_reader {
    struct tn_slot_places *out;
    uint32_t image;
};

static int take_place(struct tn_cbor_in *in, void *ctx) {
    struct place_reader *p = ctx;
    struct tn_slot_place t = {.image = p->image};
    const struct tn_cbor_field fields[] = {
            {"slot", TN_FIELD_UINT, &t.slot},
            {"size", TN_FIELD_UINT, &t.size},
            {"upload_image_id", TN_FIELD_UINT, &t.upload_id},
            {"rc", TN_FIELD_INT, &t.rc},
    };
    int found = tn_cbor_get_map(in, fields, TN_LEN(fields));

    if (found < 0 || p->out->n == TN_DEVICE_SLOTS) {
        return -1;
    }
    t.has_upload_id = found & 4;
    t.has_error = found & 8;
    p->out->slots[p->out->n++] = t;
    return 0;
}

static int take_image(struct tn_cbor_in *in, void *ctx) {
    struct place_reader p = {.out = ctx};
    struct tn_cbor_in slots = {0};
    uint32_t max = 0;
    const struct tn_cbor_field fields[] = {
            {"image", TN_FIELD_UINT, &p.image},
            {"slots", TN_FIELD_ANY, &slots},
            {"max_image_size", TN_FIELD_UINT, &max},
    };

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    if (p.image < TN_LEN(p.out->max_image)) {
        p.out->max_image[p.image] = max;
    }
    return slots.p ? tn_each(&slots, take_place, &p) : 0;
}

int tn_device_places(struct tn_session *s, struct tn_slot_places *ret, struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_IMAGE, .id = TN_IMG_SLOTS, .op = TN_SMP_READ};
    struct tn_reply r;
    struct tn_slot_places places = {.n = 0};

    if (tn_session_ask(s, &call, "cannot query the slots", &r, f)) {
        return -1;
    }
    if (each_image(&r, take_image, &places)) {
        return tn_unreadable(s, "slot info", f);
    }
    *ret = places;
    return 0;
}

// ---- History ---------------------------------------------------------------------------

static int take_outcome(struct tn_cbor_in *in, void *ctx) {
    struct tn_history *h = ctx;
    struct tn_outcome_entry e = {0};
    struct tn_span version = {0};
    const struct tn_cbor_field fields[] = {
            {"outcome", TN_FIELD_UINT, &e.outcome},
            {"version", TN_FIELD_TEXT, &version},
            {"attempts", TN_FIELD_UINT, &e.attempts},
            {"reason", TN_FIELD_INT, &e.reason},
    };

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    tn_text_copy(e.version, sizeof(e.version), version);
    if (h->n < TN_DEVICE_OUTCOMES) {
        h->entries[h->n++] = e;
    }
    return 0;
}

// Reads one answer. *ret_more: the device has older entries.
static int take_history(const struct tn_reply *r, struct tn_history *h, bool *ret_more) {
    struct tn_cbor_in in;
    struct tn_cbor_in list = {0};
    const struct tn_cbor_field fields[] = {
            {"history", TN_FIELD_ANY, &list},
            {"counter", TN_FIELD_UINT, &h->counter},
            {"more", TN_FIELD_BOOL, ret_more},
    };

    tn_cbor_in_init(&in, r->body.ptr, r->body.len);
    if (tn_cbor_get_map(&in, fields, TN_LEN(fields)) < 0 || !list.p) {
        return -1;
    }
    return tn_each(&list, take_outcome, h);
}

int tn_device_history(
        struct tn_session *s, uint32_t image, struct tn_history *ret, struct tn_fault *f) {
    bool more = true;

    ret->n = 0;
    while (more && ret->n < TN_DEVICE_OUTCOMES) {
        size_t had = ret->n;
        struct tn_reply r;
        struct tn_body b;
        tn_body_begin(&b);
        tn_cbor_pair_uint(&b.out, "skip", (uint32_t)had);
        if (image) {
            tn_cbor_pair_uint(&b.out, "image", image);
        }
        struct tn_call call =
                tn_call_of(TN_SMP_TENON, TN_TENON_HISTORY, TN_SMP_READ, &b, image ? 2 : 1);
        if (tn_session_ask(s, &call, "cannot query the history", &r, f)) {
            return -1;
        }
        more = false;
        if (take_history(&r, ret, &more)) {
            return tn_unreadable(s, "history", f);
        }
        more = more &&
                ret->n > had;  // a device that says "more" but sends none is not queried again
    }
    return 0;
}

int tn_device_result(struct tn_session *s, char ret[TN_DEVICE_RESULT], struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_TENON, .id = TN_TENON_RESULT, .op = TN_SMP_READ};
    struct tn_span text = {0};
    const struct tn_cbor_field fields[] = {{"result", TN_FIELD_TEXT, &text}};
    struct tn_cbor_in in;
    struct tn_reply r;

    if (tn_session_ask(s, &call, "cannot query the card's result", &r, f)) {
        return f->kind == TN_FAULT_REFUSED ? 1 : -1;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    if (tn_cbor_get_map(&in, fields, TN_LEN(fields)) < 0 || !text.ptr) {
        return tn_unreadable(s, "card's result", f);
    }
    tn_text_copy(ret, TN_DEVICE_RESULT, text);
    return 0;
}

int tn_device_take_back(struct tn_session *s, struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_TENON, .id = TN_TENON_TAKE_BACK, .op = TN_SMP_WRITE};
    struct tn_reply r;

    if (tn_session_ask(s, &call, "cannot note it", &r, f)) {
        return f->kind == TN_FAULT_REFUSED ? 1 : -1;
    }
    return 0;
}

const char *tn_outcome_text(uint32_t outcome) {
    static const char *const texts[] = {
            [TN_OUTCOME_NONE] = "unknown",
            [TN_OUTCOME_INSTALLED] = "installed",
            [TN_OUTCOME_CONFIRMED] = "confirmed",
            [TN_OUTCOME_REVERTED] = "reverted: not confirmed",
            [TN_OUTCOME_SIGNATURE] = "rejected: signature",
            [TN_OUTCOME_HASH] = "rejected: hash",
            [TN_OUTCOME_VERSION] = "rejected: version",
            [TN_OUTCOME_SIZE] = "rejected: size",
            [TN_OUTCOME_GEOMETRY] = "rejected: linked for another address",
            [TN_OUTCOME_DEPENDENCY] = "rejected: dependency",
            [TN_OUTCOME_READ_ERROR] = "rejected: read error",
            [TN_OUTCOME_FORMAT] = "rejected: format",
            [TN_OUTCOME_TAKEN_BACK] = "taken back",
            [TN_OUTCOME_ENCRYPTED] = "rejected: encrypted for another device",
    };

    return outcome < TN_LEN(texts) ? texts[outcome] : texts[TN_OUTCOME_NONE];
}

// ---- Facts -----------------------------------------------------------------------------

static int take_key(struct tn_cbor_in *in, void *ctx) {
    struct tn_facts *facts = ctx;
    struct tn_span key;

    if (tn_cbor_get_bytes(in, &key) || key.len != sizeof(facts->keys[0])) {
        return -1;
    }
    if (facts->nkeys < TN_DEVICE_KEYS) {
        memcpy(facts->keys[facts->nkeys++], key.ptr, key.len);
    }
    return 0;
}

static int take_fact_slot(struct tn_cbor_in *in, void *ctx) {
    struct tn_facts *facts = ctx;
    uint32_t addr = 0;
    uint32_t size = 0;
    const struct tn_cbor_field fields[] = {
            {"addr", TN_FIELD_UINT, &addr}, {"size", TN_FIELD_UINT, &size}};

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) != 3) {
        return -1;
    }
    if (facts->nslots < TN_LEN(facts->slots)) {
        facts->slots[facts->nslots].addr = addr;
        facts->slots[facts->nslots++].size = size;
    }
    return 0;
}

static int take_rule(struct tn_cbor_in *in, void *ctx) {
    struct tn_facts *facts = ctx;
    struct tn_span rule;

    if (tn_cbor_get_text(in, &rule)) {
        return -1;
    }
    facts->no_downgrade |= tn_span_is(rule, "no-downgrade");
    facts->no_rollback |= tn_span_is(rule, "no-rollback");
    facts->has_rules = true;
    return 0;
}

// Reads one answer. *ret_more: the device has more keys.
static int take_facts(const struct tn_reply *r, struct tn_facts *facts, bool *ret_more) {
    struct tn_cbor_in in;
    struct tn_cbor_in keys = {0};
    struct tn_cbor_in slots = {0};
    struct tn_cbor_in rules = {0};
    const struct tn_cbor_field fields[] = {
            {"keys", TN_FIELD_ANY, &keys},
            {"slots", TN_FIELD_ANY, &slots},
            {"rules", TN_FIELD_ANY, &rules},
            {"more", TN_FIELD_BOOL, ret_more},
    };

    tn_cbor_in_init(&in, r->body.ptr, r->body.len);
    facts->nslots = 0;
    if (tn_cbor_get_map(&in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    return (keys.p && tn_each(&keys, take_key, facts)) ||
                    (slots.p && tn_each(&slots, take_fact_slot, facts)) ||
                    (rules.p && tn_each(&rules, take_rule, facts))
            ? -1
            : 0;
}

int tn_device_facts(struct tn_session *s, struct tn_facts *ret, struct tn_fault *f) {
    struct tn_facts facts = {.nkeys = 0};
    bool more = true;

    while (more && facts.nkeys < TN_DEVICE_KEYS) {
        size_t had = facts.nkeys;
        struct tn_reply r;
        struct tn_body b;
        tn_body_begin(&b);
        tn_cbor_pair_uint(&b.out, "skip", (uint32_t)had);
        struct tn_call call = tn_call_of(TN_SMP_TENON, TN_TENON_FACTS, TN_SMP_READ, &b, true);
        if (tn_session_ask(s, &call, "cannot query what images it accepts", &r, f)) {
            return f->kind == TN_FAULT_REFUSED ? 1 : -1;
        }
        more = false;
        if (take_facts(&r, &facts, &more)) {
            return tn_unreadable(s, "facts about images", f);
        }
        if (facts.nkeys == had) {
            break;  // a device that says "more" but sends none is not queried again
        }
    }
    facts.all_keys = !more;
    *ret = facts;
    return 0;
}

int tn_device_check_size(
        struct tn_session *s, uint32_t image, size_t len, const char *name, struct tn_fault *f) {
    struct tn_slot_places p;

    if (tn_device_places(s, &p, f)) {
        return f->kind == TN_FAULT_REFUSED ? 0
                                           : -1;  // an old server: it reports the problem itself
    }
    uint32_t told = image < TN_LEN(p.max_image) ? p.max_image[image] : 0;
    uint32_t max = told;
    for (size_t i = 0; i < p.n && !told; i++) {
        max = p.slots[i].image == image && p.slots[i].size > max ? p.slots[i].size : max;
    }
    if (max && len > max) {
        return tn_fail(f, TN_FAULT_TOO_LARGE,
                "%s: too large: it has %zu bytes, and the device accepts at most %u; make it "
                "smaller",
                name, len, (unsigned)max);
    }
    return 0;
}

// ---- os --------------------------------------------------------------------------------

int tn_device_reset(
        struct tn_session *s, enum tn_device_mode mode, bool force, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;
    uint8_t npairs = 0;

    tn_body_begin(&b);
    if (mode != TN_DEVICE_NORMAL) {
        tn_cbor_pair_uint(&b.out, "boot_mode", mode);
        npairs++;
    }
    if (force) {
        tn_cbor_pair_bool(&b.out, "force", true);
        npairs++;
    }
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_RESET, TN_SMP_WRITE, &b, npairs);
    call.tries = 1;  // a second request could reach the image that the first one started
    int err = tn_session_ask(s, &call, "cannot reset", &r, f);
    return err && f->kind == TN_FAULT_LINK ? 1 : err;
}

int tn_device_echo(
        struct tn_session *s, const char *text, char *ret, size_t size, struct tn_fault *f) {
    struct tn_body b;

    tn_body_begin(&b);
    tn_cbor_pair_str(&b.out, "d", text);
    if (b.out.full) {
        return tn_fail(f, TN_FAULT_USAGE, "the text is too long: at most 400 characters");
    }
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_ECHO, TN_SMP_WRITE, &b, 1);
    return tn_ask_text(s, &call, "cannot echo", "r", ret, size, f);
}

int tn_device_info(
        struct tn_session *s, const char *letters, char *ret, size_t size, struct tn_fault *f) {
    struct tn_body b;

    tn_body_begin(&b);
    if (letters) {
        tn_cbor_pair_str(&b.out, "format", letters);
    }
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_INFO, TN_SMP_READ, &b, letters != NULL);
    return tn_ask_text(s, &call, "cannot query the device's info", "output", ret, size, f);
}

int tn_device_id(struct tn_session *s, char *ret, size_t size, struct tn_fault *f) {
    ret[0] = 0;
    if (!s->is_tenon || tn_device_info(s, "d", ret, size, f) == 0) {
        return 0;
    }
    return f->kind == TN_FAULT_REFUSED ? 0 : -1;
}

int tn_device_bootloader(
        struct tn_session *s, char *ret_name, size_t size, int *ret_mode, struct tn_fault *f) {
    struct tn_call call = {.group = TN_SMP_OS, .id = TN_OS_BOOTLOADER, .op = TN_SMP_READ};
    struct tn_body b;
    struct tn_reply r;
    struct tn_cbor_in in;
    int32_t mode = -1;
    const struct tn_cbor_field field = {"mode", TN_FIELD_INT, &mode};

    if (tn_ask_text(s, &call, "", "bootloader", ret_name, size, f)) {
        return f->kind == TN_FAULT_REFUSED ? 1 : -1;
    }
    tn_body_begin(&b);
    tn_cbor_pair_str(&b.out, "query", "mode");
    call = tn_call_of(TN_SMP_OS, TN_OS_BOOTLOADER, TN_SMP_READ, &b, 1);
    if (tn_session_call(s, &call, &r, f)) {
        return -1;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    *ret_mode = r.rc == 0 && tn_cbor_get_map(&in, &field, 1) == 1 ? mode : -1;
    return 0;
}

bool tn_device_has_our_loader(struct tn_session *s) {
    char role[32];
    struct tn_facts facts;
    struct tn_fault ignored;

    if (!s->is_tenon) {
        return false;
    }
    if (!tn_device_info(s, "r", role, sizeof(role), &ignored) && strcmp(role, "recovery") == 0) {
        return true;
    }
    return tn_device_facts(s, &facts, &ignored) == 0 && facts.has_rules;
}

const char *tn_bootloader_mode(int mode) {
    static const char *const words[] = {"single application", "swap using scratch",
            "overwrite only", "swap using move", "direct XIP", "direct XIP with revert", "RAM load",
            "firmware loader", "single slot, RAM load", "swap using offset"};
    return mode >= 0 && (size_t)mode < TN_LEN(words) ? words[mode] : "unknown";
}
