// SPDX-License-Identifier: Apache-2.0
// Parts of the image group's handlers, for one image and for several (serve/images.c). They are
// functions of the file that includes them, so that a device of one image does not pay for more.
#ifndef TN_SERVE_IMAGE_PARTS_PRIV_H
#define TN_SERVE_IMAGE_PARTS_PRIV_H

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "serve/image.h"

static inline const struct tn_slots *slots_of(const struct tn_serve_image *image) {
    return image->update->slots;
}

// ---- State -----------------------------------------------------------------------------

// The version and hash that an image claims.
struct identity {
    struct tn_image_hdr hdr;
    uint32_t len;  // of the hash
    uint8_t hash[TN_HASH_MAX];
};

static inline int identify(
        const struct tn_serve_image *image, enum tn_place place, struct identity *ret) {
    struct tn_image_src src;

    tn_slots_source(slots_of(image), place, &src);
    int len = tn_image_identify(&src, &ret->hdr, ret->hash);
    if (len < 0) {
        return len;
    }
    ret->len = (uint32_t)len;
    return 0;
}

// Flags of an image in the list, in the order of the form below.
enum {
    BOOTABLE = 1,
    PENDING = 2,
    CONFIRMED = 4,
    ACTIVE = 8,
    PERMANENT = 16,
    FLAGS = 5,
};

// The state of both slots, from their trailers.
struct state {
    enum tn_swap_type next;
    unsigned spare;  // flags of the image in the spare slot
};

static inline void get_state(const struct tn_slots *s, struct state *ret) {
    struct tn_trailer sec;

    ret->next = tn_boot_pending_by(s, &sec);
    if (sec.magic == TN_MAGIC_GOOD) {
        ret->spare = ret->next == TN_SWAP_TEST ? PENDING : PENDING | PERMANENT;
    } else {
        ret->spare = ret->next == TN_SWAP_REVERT ? CONFIRMED : 0;  // the running image is on test
    }
}

static inline void put_image(struct tn_cbor_out *out, const struct identity *id, unsigned flags) {
    static const char form[] =
            "version" TN_TEXT "hash" TN_BYTES "bootable" TN_BOOL "pending" TN_BOOL
            "confirmed" TN_BOOL "active" TN_BOOL "permanent" TN_BOOL TN_END;
    char version[TN_VERSION_TEXT];
    struct tn_text text = {version, sizeof(version), 0};
    struct {
        struct tn_span version;
        struct tn_span hash;
        uint32_t flags[FLAGS];
    } v;

    if (!(id->hdr.flags & TN_IMAGE_NON_BOOTABLE)) {
        flags |= BOOTABLE;
    }
    tn_version_put(&text, &id->hdr.version);
    v.version = (struct tn_span){(const uint8_t *)version, text.len};
    v.hash = (struct tn_span){id->hash, id->len};
    for (unsigned i = 0; i < FLAGS; i++) {
        v.flags[i] = flags >> i & 1;
    }
    tn_cbor_put_form(out, form, &v);
}

// Writes the list's entries. head: a form that opens an entry's map; its values are the slot and
// the image's number.
static inline void put_images(
        const struct tn_serve_image *image, const char *head, struct tn_cbor_out *out) {
    struct identity id;
    struct state st;

    get_state(slots_of(image), &st);
    unsigned flags = st.spare == CONFIRMED ? 0 : CONFIRMED;
    if (image->writable == TN_SLOTS_SPARE) {
        flags |= ACTIVE;
    }
    for (int place = TN_RUNNING; place < TN_PLACES; place++) {
        if (!identify(image, (enum tn_place)place, &id)) {
            const uint32_t v[] = {tn_place_slot((enum tn_place)place), slots_of(image)->image};
            tn_cbor_put_form(out, head, v);
            put_image(out, &id, flags);
            if (place == TN_CANDIDATE) {
                break;  // a swap's previous image would lie inside this image
            }
        }
        flags = st.spare;
    }
}

// The place of the image with this hash, or an error.
static inline int find_hash(const struct tn_serve_image *image, const struct tn_span *hash) {
    struct identity id;

    if (hash->len < TN_HASH_LEN || hash->len > TN_HASH_MAX) {
        return TN_EBADHASH;
    }
    for (int place = TN_RUNNING; place < TN_PLACES; place++) {
        if (!identify(image, (enum tn_place)place, &id) && id.len == hash->len &&
                memcmp(id.hash, hash->ptr, hash->len) == 0) {
            return place;
        }
    }
    return TN_ENOHASH;
}

// ---- Upload ----------------------------------------------------------------------------

static inline int put_off(const struct tn_update *u, struct tn_cbor_out *out) {
    const uint32_t off = tn_update_off(u);

    tn_cbor_put_form(
            out, tn_update_matches(u) ? "off" TN_UINT "match" TN_TRUE : "off" TN_UINT, &off);
    return 0;
}

struct chunk {
    struct tn_span data;
    struct tn_span sha;
    uint32_t off;
    uint32_t len;
    uint32_t image;
    uint32_t upgrade;
};

static const char chunk_form[] = "data" TN_BYTES "sha" TN_BYTES "off" TN_UINT "len" TN_UINT
                                 "image" TN_UINT "upgrade" TN_BOOL;

enum {
    HAS_OFF = 4,  // the bit of the third key
};

// target: a slot, or why there is none.
static inline int begin_upload(
        const struct tn_serve_image *image, const struct chunk *c, int target) {
    struct tn_image_hdr hdr;
    struct identity running;

    if (c->data.len < TN_IMAGE_HDR_LEN) {
        return TN_EHEADER;
    }
    if (!c->len) {
        return TN_ENOLEN;
    }
    int err = tn_image_hdr_get(&hdr, c->data.ptr);
    if (err) {
        return err;
    }
    if (c->sha.len > TN_HASH_LEN) {
        return TN_EBADHASH;
    }
    if (c->data.len > c->len) {
        return TN_EOVERRUN;
    }
    // "upgrade": accept only a version that is newer than the running one.
    if (c->upgrade && !identify(image, TN_RUNNING, &running) &&
            tn_version_compare(&hdr.version, &running.hdr.version) <= 0) {
        return TN_EDOWNGRADE;
    }
    return target < 0 ? target
                      : tn_update_begin(image->update, (enum tn_target)target, c->len, &c->sha);
}

static inline int get_chunk(struct tn_smp_req *rq, struct chunk *ret) {
    int found = tn_cbor_get_form(&rq->in, chunk_form, ret);

    return found < 0 ? found : found & HAS_OFF ? 0 : TN_ENOOFF;
}

// TN_LATER; 0: the answer is the next offset; or an error.
static inline int take_chunk(
        const struct tn_serve_image *image, const struct chunk *c, int target) {
    struct tn_update *u = image->update;
    // An upload may have failed since the last answer. This answer reports it.
    int rc = c->off ? tn_update_take_error(u) : begin_upload(image, c, target);

    // Ignores data that is not the next chunk. The answer says which offset is expected.
    if (rc == 0 && tn_update_is_open(u) && c->off == tn_update_off(u)) {
        rc = tn_update_write(u, c->data.ptr, c->data.len);
    }
    return rc < 0 ? rc : tn_update_waits(u) ? TN_LATER : 0;
}

#endif
