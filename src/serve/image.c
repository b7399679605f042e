// SPDX-License-Identifier: Apache-2.0
#include "serve/image.h"

#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "serve/image_parts_priv.h"
#include "serve/image_priv.h"

const char *tn_serve_image_words(int err) {
    static const struct {
        int8_t err;
        const char *text;
    } words[] = {
            {TN_ENOSLOT, "no slot"},
            {TN_ENOOFF, "header malformed"},
            {TN_ENOLEN, "header malformed"},
            {TN_EHEADER, "header malformed"},
            {TN_EFLAGS, "encrypted, compressed or for RAM"},  // Tenon's text: Zephyr has none
            {TN_EMAGIC, "magic mismatch"},
            {TN_EADDR, "img addr mismatch"},
            {TN_EDOWNGRADE, "downgrade"},
            {TN_EROLLBACK, "downgrade"},
            {TN_ESIZE, "img too large"},
            {TN_EOVERRUN, "data overrun"},
    };

    for (size_t i = 0; i < TN_LEN(words); i++) {
        if (words[i].err == err) {
            return words[i].text;
        }
    }
    return NULL;
}

// The group's codes of doc/reference/smp.md section 3, and their translation for version 1.
const struct tn_smp_err tn_serve_image_errs[] = {
        {TN_ENOSIG, 4 | TN_SMP_V1_NOENT},
        {TN_ESIG, 5 | TN_SMP_V1_UNKNOWN},
        {TN_ETLV, 7 | TN_SMP_V1_UNKNOWN},
        {TN_ENOHASH, 8 | TN_SMP_V1_UNKNOWN},
        {TN_ENOSLOT, 9 | TN_SMP_V1_BADSTATE},
        {TN_EIO, 12 | TN_SMP_V1_UNKNOWN},
        {TN_ESLOT, 14 | TN_SMP_V1_INVALID},
        {TN_ENOOFF, 20 | TN_SMP_V1_INVALID},
        {TN_ENOLEN, 21 | TN_SMP_V1_INVALID},
        {TN_EHEADER, 22 | TN_SMP_V1_INVALID},
        {TN_EFLAGS, 22 | TN_SMP_V1_INVALID},
        {TN_EMAGIC, 23 | TN_SMP_V1_UNKNOWN},
        {TN_EHASH, 24 | TN_SMP_V1_INVALID},
        {TN_EBADHASH, 24 | TN_SMP_V1_INVALID},
        {TN_EADDR, 25 | TN_SMP_V1_INVALID},
        {TN_EDOWNGRADE, 27 | TN_SMP_V1_BADSTATE},
        {TN_EROLLBACK, 27 | TN_SMP_V1_BADSTATE},
        {TN_EPENDING, 28 | TN_SMP_V1_BADSTATE},
        {TN_ESIZE, 30 | TN_SMP_V1_UNKNOWN},
        {TN_EOVERRUN, 31 | TN_SMP_V1_UNKNOWN},
        {TN_EKEY, 32 | TN_SMP_V1_UNKNOWN},
        {TN_EUNWRAP, 32 | TN_SMP_V1_UNKNOWN},
        {TN_EACTIVE, 33 | TN_SMP_V1_UNKNOWN},
};

// ---- State -----------------------------------------------------------------------------

int tn_serve_image_list(void *ctx, struct tn_smp_req *rq) {
    uint32_t none = 0;

    tn_cbor_put_form(&rq->out, "images" TN_LIST, NULL);
    put_images(ctx, TN_MAP "slot" TN_UINT, &rq->out);
    tn_cbor_put_form(&rq->out, TN_END "splitStatus" TN_UINT, &none);
    return 0;
}

// Answers a command whose work is done.
static int conclude(struct tn_serve_image *image, struct tn_smp_req *rq) {
    switch (rq->id) {
    case TN_IMG_STATE:
        return tn_serve_image_list(image, rq);
    case TN_IMG_UPLOAD:
        return put_off(image->update, &rq->out);
    default:
        return 0;
    }
}

// Does one step of the job that the answer waits for. Answers after the last step.
int tn_serve_image_late(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_image *image = ctx;

    tn_update_step(image->update);
    if (tn_update_waits(image->update)) {
        return TN_LATER;
    }
    int err = tn_update_take_error(image->update);
    return err ? err : conclude(image, rq);
}

static int mark_running(const struct tn_serve_image *image, const struct state *st, bool confirm) {
    if (!confirm) {
        if (image->writable == TN_SLOTS_SPARE) {
            return TN_EACTIVE;
        }
        // In a loader this image is not running yet. The next reset runs it, if it is genuine.
        tn_update_mark(image->update, TN_RUNNING, TN_SWAP_NONE);
        return TN_LATER;
    }
    return st->spare & PENDING ? TN_EPENDING : tn_boot_confirm(slots_of(image));
}

// Requests the image in the spare slot. TN_LATER: the image is verified first.
static int mark_spare(const struct tn_serve_image *image, enum tn_place place,
        const struct state *st, bool confirm) {
    enum tn_swap_type want = confirm ? TN_SWAP_PERM : TN_SWAP_TEST;

    // The image that a swap left: only a revert reaches it, and that is for good (SPEC.md,
    // PREVIOUS). While the running image is on test, the revert is due anyway: then a test is
    // refused.
    if (place == TN_PREVIOUS && (confirm || st->spare != CONFIRMED)) {
        want = TN_SWAP_REVERT;
    }
    if (st->next == want) {
        return 0;  // it is requested already, or the pending revert runs it
    }
    if (st->next != TN_SWAP_NONE && !(st->next == TN_SWAP_TEST && want == TN_SWAP_PERM)) {
        return TN_EPENDING;
    }
    tn_update_mark(image->update, place, want);
    return TN_LATER;
}

struct mark {
    struct tn_span hash;
    uint32_t confirm;
};

int tn_serve_image_mark(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_image *image = ctx;
    struct mark mark = {0};
    struct state st;
    int place = TN_RUNNING;
    int found = tn_cbor_get_form(&rq->in, "hash" TN_BYTES "confirm" TN_BOOL, &mark);

    if (found < 0) {
        return found;
    }
    if (mark.hash.ptr || !mark.confirm) {
        place = find_hash(image, &mark.hash);
    }
    if (place < 0) {
        return place;
    }
    get_state(slots_of(image), &st);
    int rc = place == TN_RUNNING ? mark_running(image, &st, mark.confirm)
                                 : mark_spare(image, (enum tn_place)place, &st, mark.confirm);
    return rc ? rc : conclude(image, rq);
}

// ---- Upload ----------------------------------------------------------------------------

// The slot that the request's image number selects. 0: the default of all tools; n: slot n - 1.
static int target_of(const struct tn_serve_image *image, uint32_t number) {
    if (number > TN_TO_SPARE) {
        return TN_ESLOT;
    }
    if (image->writable == TN_SLOTS_ANY) {
        return (int)number;
    }
    return number == TN_TO_PRIMARY ? TN_ENOSLOT : TN_TO_SPARE;
}

int tn_serve_image_upload(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_image *image = ctx;
    struct chunk c = {0};
    int err = get_chunk(rq, &c);
    int rc = err ? err : take_chunk(image, &c, target_of(image, c.image));

    return rc ? rc : conclude(image, rq);
}

// ---- Slots -----------------------------------------------------------------------------

int tn_serve_image_erase(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    uint32_t slot = TN_SECONDARY;
    int found = tn_cbor_get_form(&rq->in, "slot" TN_UINT, &slot);

    if (found < 0) {
        return found;
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

// A slot, with the number that an upload selects it by. In an application, no number selects the
// running slot.
#define SLOT TN_MAP "slot" TN_UINT "size" TN_UINT

int tn_serve_image_slots(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_image *image = ctx;
    const struct tn_slots *s = slots_of(image);
    bool any = image->writable == TN_SLOTS_ANY;
    uint32_t number = s->image;

    tn_cbor_put_form(&rq->out, "images" TN_LIST TN_MAP "image" TN_UINT "slots" TN_LIST, &number);
    for (uint32_t i = TN_PRIMARY; i <= TN_SECONDARY; i++) {
        const uint32_t v[] = {i, s->area[i].size, any ? i + 1 : 0};
        tn_cbor_put_form(&rq->out,
                any || i == TN_SECONDARY ? SLOT "upload_image_id" TN_UINT TN_END : SLOT TN_END, v);
    }
    number = tn_slots_max_image(s);
    tn_cbor_put_form(&rq->out, TN_END "max_image_size" TN_UINT TN_END TN_END, &number);
    return 0;
}

const struct tn_smp_cmd tn_serve_image_cmds[] = {
        {TN_IMG_STATE, tn_serve_image_list, tn_serve_image_mark},
        {TN_IMG_UPLOAD, NULL, tn_serve_image_upload},
        {TN_IMG_ERASE, NULL, tn_serve_image_erase},
        {TN_IMG_SLOTS, tn_serve_image_slots, NULL},
};
