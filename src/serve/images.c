// SPDX-License-Identifier: Apache-2.0
#include "serve/images.h"

#include "base/compiler.h"
#include "serve/image_parts_priv.h"
#include "serve/image_priv.h"
#include "serve/session_priv.h"

static bool is_application(const struct tn_serve_images *m) {
    return m->session.image.writable == TN_SLOTS_SPARE;
}

// Lets the update work on the nth image. TN_EBUSY while it writes another one.
static int choose(struct tn_serve_images *m, uint32_t nth) {
    struct tn_update *u = m->session.image.update;

    if (nth >= m->n) {
        return TN_ESLOT;
    }
    if (u->slots != m->slots[nth]) {
        if (tn_update_waits(u)) {
            return TN_EBUSY;
        }
        tn_update_use(u, m->slots[nth]);
        if (m->use) {
            m->use(m, nth);
        }
    }
    return 0;
}

// ---- State -----------------------------------------------------------------------------

// Looks at the nth image without touching the update.
static struct tn_serve_image look_at(
        const struct tn_serve_images *m, uint32_t nth, struct tn_update *memory) {
    memory->slots = m->slots[nth];
    return (struct tn_serve_image){memory, m->session.image.writable};
}

static int list(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_images *m = ctx;
    struct tn_update memory;
    uint32_t none = 0;

    tn_cbor_put_form(&rq->out, "images" TN_LIST, NULL);
    for (uint32_t i = 0; i < m->n; i++) {
        struct tn_serve_image image = look_at(m, i, &memory);
        put_images(&image, TN_MAP "slot" TN_UINT "image" TN_UINT, &rq->out);
    }
    tn_cbor_put_form(&rq->out, TN_END "splitStatus" TN_UINT, &none);
    return 0;
}

// The number of the image with this hash; else an error.
static int find_image(const struct tn_serve_images *m, const struct tn_span *hash) {
    struct tn_update memory;
    int place = TN_ENOHASH;

    for (uint32_t i = 0; i < m->n; i++) {
        struct tn_serve_image image = look_at(m, i, &memory);
        place = find_hash(&image, hash);
        if (place >= 0) {
            return (int)i;
        }
    }
    return place;
}

// Confirms each running image. Nothing is confirmed if one has a request pending.
static int confirm_all(const struct tn_serve_images *m) {
    struct state st;
    int err = 0;

    for (uint32_t i = 0; i < m->n; i++) {
        get_state(m->slots[i], &st);
        if (st.spare & PENDING) {
            return TN_EPENDING;
        }
    }
    for (uint32_t i = 0; i < m->n && !err; i++) {
        err = tn_boot_confirm(m->slots[i]);
    }
    return err;
}

// An answer that speaks of one image is replaced by the list of all.
static int with_list(struct tn_serve_images *m, struct tn_smp_req *rq,
        const struct tn_cbor_out *before, int rc) {
    if (rc || rq->id != TN_IMG_STATE) {
        return rc;
    }
    rq->out = *before;
    return list(m, rq);
}

static int mark_image(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_images *m = ctx;
    struct tn_cbor_in in = rq->in;
    struct tn_cbor_out before = rq->out;
    struct {
        struct tn_span hash;
        uint32_t confirm;
    } v = {0};
    int found = tn_cbor_get_form(&in, "hash" TN_BYTES "confirm" TN_BOOL, &v);

    if (found < 0) {
        return found;
    }
    if (v.confirm && !v.hash.ptr) {
        int err = confirm_all(m);
        return err ? err : list(m, rq);
    }
    int image = find_image(m, &v.hash);
    int err = image < 0 ? image : choose(m, (uint32_t)image);
    return err ? err : with_list(m, rq, &before, tn_serve_image_mark(m, rq));
}

static int mark(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_do(ctx, rq, mark_image);
}

// ---- Upload, slots ---------------------------------------------------------------------

// The slot of an upload that begins, of the image that is chosen; or an error.
static int target_of(struct tn_serve_images *m, uint32_t number) {
    uint32_t nth = is_application(m) ? number : number ? (number - 1) / 2 : 0;
    int err = choose(m, nth);

    if (err) {
        return err;
    }
    if (is_application(m)) {
        return TN_TO_SPARE;
    }
    return number ? (int)(1 + (number - 1) % 2) : TN_TO_FREE;
}

static int upload_image(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_images *m = ctx;
    struct tn_update *u = m->session.image.update;
    struct chunk c = {0};
    int rc = get_chunk(rq, &c);

    if (rc) {
        return rc;
    }
    rc = c.off ? 0 : target_of(m, c.image);
    rc = rc < 0 ? rc : take_chunk(&m->session.image, &c, rc);
    return rc ? rc : put_off(u, &rq->out);
}

static int upload(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_upload(ctx, rq, upload_image);
}

static int erase_image(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_images *m = ctx;
    uint32_t slot = TN_SECONDARY;
    int rc = tn_cbor_get_form(&rq->in, "slot" TN_UINT, &slot);

    if (rc < 0) {
        return rc;
    }
    if (slot % 2 == TN_PRIMARY && is_application(m)) {
        return slot / 2 < m->n ? TN_ENOSLOT : TN_ESLOT;
    }
    rc = choose(m, slot / 2);
    rc = rc ? rc : tn_update_erase(m->session.image.update, (enum tn_slot)(slot % 2));
    return rc ? rc : TN_LATER;
}

static int erase(void *ctx, struct tn_smp_req *rq) {
    return tn_serve_session_do(ctx, rq, erase_image);
}

// A slot, with the number that an upload selects it by. In an application, no number selects a
// running slot.
#define SLOT TN_MAP "slot" TN_UINT "size" TN_UINT

static int slots(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_images *m = ctx;
    struct tn_cbor_out *out = &rq->out;

    tn_cbor_put_form(out, "images" TN_LIST, NULL);
    for (uint32_t i = 0; i < m->n; i++) {
        const struct tn_slots *s = m->slots[i];
        const uint32_t max = tn_slots_max_image(s);
        tn_cbor_put_form(out, TN_MAP "image" TN_UINT "slots" TN_LIST, &i);
        for (uint32_t k = TN_PRIMARY; k <= TN_SECONDARY; k++) {
            bool can = !is_application(m) || k == TN_SECONDARY;
            const uint32_t v[] = {k, s->area[k].size, is_application(m) ? i : 2 * i + k + 1};
            tn_cbor_put_form(out, can ? SLOT "upload_image_id" TN_UINT TN_END : SLOT TN_END, v);
        }
        tn_cbor_put_form(out, TN_END "max_image_size" TN_UINT TN_END, &max);
    }
    tn_cbor_put_form(out, TN_END, NULL);
    return 0;
}

int tn_serve_images_late(void *ctx, struct tn_smp_req *rq) {
    struct tn_cbor_out before = rq->out;

    return with_list(ctx, rq, &before, tn_serve_session_late(ctx, rq));
}

const struct tn_smp_cmd tn_serve_images_cmds[] = {
        {TN_IMG_STATE, list, mark},
        {TN_IMG_UPLOAD, NULL, upload},
        {TN_IMG_ERASE, NULL, erase},
        {TN_IMG_SLOTS, slots, NULL},
};
