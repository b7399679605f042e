// SPDX-License-Identifier: Apache-2.0
#include "serve/image.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

// The group's codes of smp.md section 1.4 and their translation for version 1.
const struct tn_smp_err tn_serve_image_errs[] = {
    {TN_ENOSIG, 4, TN_RC_NOENT, "not signed"},
    {TN_ESIG, 5, TN_RC_UNKNOWN, "bad signature"},
    {TN_ETLV, 7, TN_RC_UNKNOWN, "bad TLV"},
    {TN_ENOHASH, 8, TN_RC_UNKNOWN, NULL},
    {TN_ENOSLOT, 9, TN_RC_BADSTATE, "no slot"},
    {TN_EIO, 12, TN_RC_UNKNOWN, "flash failed"},
    {TN_ESLOT, 14, TN_RC_INVALID, "no such slot"},
    {TN_ENOOFF, 20, TN_RC_INVALID, "header malformed"},
    {TN_ENOLEN, 21, TN_RC_INVALID, "header malformed"},
    {TN_EHEADER, 22, TN_RC_INVALID, "header malformed"},
    {TN_EFLAGS, 22, TN_RC_INVALID, "flags"},
    {TN_EMAGIC, 23, TN_RC_UNKNOWN, "magic mismatch"},
    {TN_EHASH, 24, TN_RC_INVALID, "hash mismatch"},
    {TN_EBADHASH, 24, TN_RC_INVALID, NULL},
    {TN_EADDR, 25, TN_RC_INVALID, "img addr mismatch"},
    {TN_EDOWNGRADE, 27, TN_RC_BADSTATE, "downgrade"},
    {TN_EPENDING, 28, TN_RC_BADSTATE, "pending"},
    {TN_ESIZE, 30, TN_RC_UNKNOWN, "img too large"},
    {TN_EOVERRUN, 31, TN_RC_UNKNOWN, "data overrun"},
    {TN_EKEY, 32, TN_RC_UNKNOWN, "unknown key"},
    {TN_EACTIVE, 33, TN_RC_UNKNOWN, "active"},
    {TN_EPREVIOUS, 33, TN_RC_UNKNOWN, "previous: confirm only"},
};

static const struct tn_slots *slots_of(const struct tn_serve_image *image) {
    return image->update->cfg->slots;
}

// ---- State -----------------------------------------------------------------------------

// What the trailers say, in the words of the list.
struct state {
    enum tn_swap_type next;
    bool requested;  // by a mark in the spare slot
    bool trial;      // the running image is on test
};

static struct state get_state(const struct tn_slots *s) {
    struct tn_trailer sec;
    struct state ret;

    tn_trailer_read(s, TN_SECONDARY, &sec);
    ret.next = tn_boot_pending(s);
    ret.requested = sec.magic == TN_MAGIC_GOOD;
    ret.trial = ret.next == TN_SWAP_REVERT && !ret.requested;
    return ret;
}

static int identify(const struct tn_slots *s, enum tn_place place, struct tn_image_hdr *ret_hdr,
        uint8_t *ret_hash) {
    struct tn_image_src src;

    tn_slots_source(s, place, &src);
    return tn_image_identify(&src, ret_hdr, ret_hash);
}

static void put_image(const struct tn_serve_image *image, struct tn_cbor_out *out,
        enum tn_place place, struct state st) {
    char version[TN_VERSION_TEXT];
    uint8_t hash[TN_HASH_LEN];
    struct tn_image_hdr hdr;
    bool spare = place != TN_RUNNING;

    if (identify(slots_of(image), place, &hdr, hash)) {
        return;
    }
    tn_version_text(version, &hdr.version);
    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "slot", spare);
    tn_cbor_pair_str(out, "version", version);
    tn_cbor_put_str(out, "hash");
    tn_cbor_put_bytes(out, hash, sizeof(hash));
    tn_cbor_pair_bool(out, "bootable", !(hdr.flags & TN_IMAGE_NON_BOOTABLE));
    tn_cbor_pair_bool(out, "pending", spare && st.requested);
    tn_cbor_pair_bool(out, "confirmed", spare == st.trial);
    tn_cbor_pair_bool(out, "active", !spare && image->writable == TN_SLOTS_SPARE);
    tn_cbor_pair_bool(out, "permanent", spare && st.requested && st.next != TN_SWAP_TEST);
    tn_cbor_close(out);
}

// The place in the spare slot that holds an image: where an upload puts it, or else where a
// swap leaves the old one.
static enum tn_place spare_place(const struct tn_slots *s) {
    struct tn_image_hdr hdr;
    uint8_t hash[TN_HASH_LEN];

    return identify(s, TN_CANDIDATE, &hdr, hash) ? TN_PREVIOUS : TN_CANDIDATE;
}

static int put_state(const struct tn_serve_image *image, struct tn_cbor_out *out) {
    struct state st = get_state(slots_of(image));

    tn_cbor_put_str(out, "images");
    tn_cbor_open_list(out);
    put_image(image, out, TN_RUNNING, st);
    put_image(image, out, spare_place(slots_of(image)), st);
    tn_cbor_close(out);
    tn_cbor_pair_uint(out, "splitStatus", 0);
    return 0;
}

static int state_read(void *ctx, struct tn_smp_req *rq) {
    return put_state(ctx, &rq->out);
}

static int find_hash(const struct tn_slots *s, struct tn_span hash) {
    struct tn_image_hdr hdr;
    uint8_t have[TN_HASH_LEN];

    if (hash.len != sizeof(have)) {
        return TN_EBADHASH;
    }
    for (int place = TN_RUNNING; place < TN_PLACES; place++) {
        if (!identify(s, (enum tn_place)place, &hdr, have) &&
                memcmp(have, hash.ptr, sizeof(have)) == 0) {
            return place;
        }
    }
    return TN_ENOHASH;
}

static int mark_running(const struct tn_serve_image *image, struct state st, bool confirm) {
    if (!confirm) {
        // In a loader it does not run yet, and it is what the next reset runs.
        return image->writable == TN_SLOTS_ANY ? 0 : TN_EACTIVE;
    }
    return st.requested ? TN_EPENDING : tn_boot_confirm(slots_of(image));
}

// Asks for the image in the spare slot. TN_LATER if it has to be verified first.
static int mark_spare(const struct tn_serve_image *image, enum tn_place place, struct state st,
        bool confirm) {
    enum tn_swap_type want = confirm ? TN_SWAP_PERM : TN_SWAP_TEST;

    if (place == TN_PREVIOUS) {
        want = TN_SWAP_REVERT;
    }
    if (st.next == want && (confirm || !st.trial)) {
        return 0;  // it is so already, or the revert that is due brings it
    }
    if (place == TN_PREVIOUS && !confirm && !st.trial) {
        return TN_EPREVIOUS;
    }
    if (st.next != TN_SWAP_NONE && !(st.next == TN_SWAP_TEST && want == TN_SWAP_PERM)) {
        return TN_EPENDING;
    }
    tn_update_mark(image->update, place, want);
    return TN_LATER;
}

static int state_write(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    struct tn_span hash = {NULL, 0};
    bool confirm = false;
    const struct tn_cbor_field fields[] = {
        {"hash", TN_FIELD_BYTES, &hash},
        {"confirm", TN_FIELD_BOOL, &confirm},
    };
    int found = tn_cbor_get_map(&rq->in, fields, 2);

    if (found < 0) {
        return TN_EINVAL;
    }
    struct state st = get_state(slots_of(image));
    int place = TN_RUNNING;
    if ((found & 1) || !confirm) {
        place = find_hash(slots_of(image), hash);
    }
    if (place < 0) {
        return place;
    }
    int rc = place == TN_RUNNING ? mark_running(image, st, confirm)
                                 : mark_spare(image, (enum tn_place)place, st, confirm);
    return rc ? rc : put_state(image, &rq->out);
}

// One step of the job that an answer waits for. 0 when it ended well.
static int job_step(struct tn_update *u) {
    tn_update_step(u);
    return tn_update_waits(u) ? TN_LATER : tn_update_take_error(u);
}

static int state_late(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    int rc = job_step(image->update);

    return rc ? rc : put_state(image, &rq->out);
}

// ---- Upload ----------------------------------------------------------------------------

struct chunk {
    uint32_t off;
    uint32_t len;
    uint32_t image;
    bool upgrade;
    struct tn_span data;
    struct tn_span sha;
};

// The slot that the request's image number means: 0 is any tool's default, n is slot n - 1.
static int target_of(const struct tn_serve_image *image, uint32_t number) {
    bool any = image->writable == TN_SLOTS_ANY;

    switch (number) {
    case 0:
        return any ? TN_TO_FREE : TN_TO_SPARE;
    case 1:
        return any ? TN_TO_PRIMARY : TN_ENOSLOT;
    case 2:
        return TN_TO_SPARE;
    default:
        return TN_ESLOT;
    }
}

// "upgrade": only if newer than what runs.
static int check_newer(const struct tn_serve_image *image, const struct tn_image_hdr *hdr) {
    struct tn_image_hdr running;
    uint8_t hash[TN_HASH_LEN];

    if (identify(slots_of(image), TN_RUNNING, &running, hash)) {
        return 0;
    }
    return tn_version_compare(&hdr->version, &running.version) > 0 ? 0 : TN_EDOWNGRADE;
}

static int upload_first(const struct tn_serve_image *image, const struct chunk *c, bool has_len) {
    struct tn_image_hdr hdr;
    int target = target_of(image, c->image);

    if (c->data.len < TN_IMAGE_HDR_LEN) {
        return TN_EHEADER;
    }
    if (!has_len) {
        return TN_ENOLEN;
    }
    int err = tn_image_hdr_get(&hdr, c->data.ptr);
    if (!err && c->sha.len > TN_HASH_LEN) {
        err = TN_EBADHASH;
    }
    if (!err && c->data.len > c->len) {
        err = TN_EOVERRUN;
    }
    if (!err && c->upgrade) {
        err = check_newer(image, &hdr);
    }
    if (err || target < 0) {
        return err ? err : target;
    }
    return tn_update_begin(image->update, (enum tn_target)target, c->len, c->sha.ptr, c->sha.len);
}

static int put_off(const struct tn_update *u, struct tn_cbor_out *out) {
    tn_cbor_pair_uint(out, "off", tn_update_off(u));
    if (tn_update_matches(u)) {
        tn_cbor_pair_bool(out, "match", true);
    }
    return 0;
}

static int upload(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    struct tn_update *u = image->update;
    struct chunk c = {0};
    const struct tn_cbor_field fields[] = {
        {"off", TN_FIELD_UINT, &c.off},       {"data", TN_FIELD_BYTES, &c.data},
        {"len", TN_FIELD_UINT, &c.len},       {"sha", TN_FIELD_BYTES, &c.sha},
        {"image", TN_FIELD_UINT, &c.image},   {"upgrade", TN_FIELD_BOOL, &c.upgrade},
    };
    int found = tn_cbor_get_map(&rq->in, fields, 6);

    if (found < 0) {
        return TN_EINVAL;
    }
    if (!(found & 1)) {
        return TN_ENOOFF;
    }
    // An upload may have failed since its last answer: this one tells.
    int rc = c.off ? tn_update_take_error(u) : upload_first(image, &c, found & 4);
    // What is not the next piece is not taken; the answer tells which one is.
    if (rc == 0 && c.off == tn_update_off(u) && tn_update_is_open(u)) {
        rc = tn_update_write(u, c.data.ptr, c.data.len);
    }
    if (rc < 0) {
        return rc;
    }
    return tn_update_waits(u) ? TN_LATER : put_off(u, &rq->out);
}

static int upload_late(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    int rc = job_step(image->update);

    return rc ? rc : put_off(image->update, &rq->out);
}

// ---- Slots -----------------------------------------------------------------------------

static int erase(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    uint32_t slot = TN_SECONDARY;
    const struct tn_cbor_field field = {"slot", TN_FIELD_UINT, &slot};

    if (tn_cbor_get_map(&rq->in, &field, 1) < 0) {
        return TN_EINVAL;
    }
    if (slot > TN_SECONDARY) {
        return TN_ESLOT;
    }
    if (slot == TN_PRIMARY && image->writable == TN_SLOTS_SPARE) {
        return TN_ENOSLOT;
    }
    int err = tn_update_erase(image->update, (enum tn_slot)slot);
    return err ? err : TN_LATER;
}

static int erase_late(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;

    (void)rq;
    return job_step(image->update);
}

static void put_slot(const struct tn_serve_image *image, struct tn_cbor_out *out,
        enum tn_slot slot) {
    bool any = image->writable == TN_SLOTS_ANY;

    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "slot", slot);
    tn_cbor_pair_uint(out, "size", slots_of(image)->area[slot].size);
    if (any || slot == TN_SECONDARY) {
        tn_cbor_pair_uint(out, "upload_image_id", any ? (uint32_t)slot + 1 : 0);
    }
    tn_cbor_close(out);
}

static int slots(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    struct tn_cbor_out *out = &rq->out;

    tn_cbor_put_str(out, "images");
    tn_cbor_open_list(out);
    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "image", slots_of(image)->image);
    tn_cbor_put_str(out, "slots");
    tn_cbor_open_list(out);
    put_slot(image, out, TN_PRIMARY);
    put_slot(image, out, TN_SECONDARY);
    tn_cbor_close(out);
    tn_cbor_pair_uint(out, "max_image_size", tn_slots_max_image(slots_of(image)));
    tn_cbor_close(out);
    tn_cbor_close(out);
    return 0;
}

const struct tn_smp_cmd tn_serve_image_cmds[] = {
    {TN_IMG_STATE, state_read, state_write, state_late},
    {TN_IMG_UPLOAD, NULL, upload, upload_late},
    {TN_IMG_ERASE, NULL, erase, erase_late},
    {TN_IMG_SLOTS, slots, NULL, NULL},
};
