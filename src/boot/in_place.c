// SPDX-License-Identifier: Apache-2.0
// Strategies whose images run where they are, and the single slot.
//
// Direct-XIP with tests, by MCUboot's trailers: magic says that an image was requested, copy_done
// that it ran, image_ok that it is confirmed. MCUboot erases an image that was not confirmed, and
// one without a magic. Tenon keeps it, and prefers the other one (IN-PLACE of SPEC.md).
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/in_place_priv.h"

void tn_in_place_look(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_image_hdr hdr[2];

    for (int slot = 0; slot < 2; slot++) {
        uint8_t raw[TN_IMAGE_HDR_LEN];
        if (tn_area_read(&s->area[slot], 0, raw, sizeof(raw)) ||
                tn_image_hdr_get(&hdr[slot], raw)) {
            memset(&hdr[slot], 0, sizeof(hdr[slot]));
        }
    }
    b->view.newer = tn_version_compare(&hdr[1].version, &hdr[0].version) > 0;
}

// How much an image is preferred, before its version counts.
enum rank {
    TRIED,     // on test, and it did not confirm itself
    UNMARKED,  // as a programmer leaves it
    MARKED,    // requested, or confirmed
};

static enum rank rank_of(const struct tn_boot_view *v, const struct tn_trailer *t) {
    if (t->magic != TN_MAGIC_GOOD) {
        return UNMARKED;
    }
    // TORN-DONE, TORN-CONFIRM: a torn flag was to be set.
    if (t->image_ok != TN_FLAG_UNSET) {
        return MARKED;
    }
    // If the 'tried' mark could not be written, do not run it. An image marked in this boot may
    // run.
    uint32_t verdict = v->verdict[t == &v->pri ? TN_RUNNING : TN_CANDIDATE];
    bool marked = v->swapped && verdict == TN_GENUINE;
    return marked || (t->copy_done == TN_FLAG_UNSET && !v->failed) ? MARKED : TRIED;
}

// Runs the first of two places that is genuine.
static void first_of(const struct tn_boot_view *v, enum tn_place first, struct tn_boot_plan *ret) {
    enum tn_place place = v->verdict[first] == TN_BAD ? (enum tn_place)(first ^ 1) : first;
    uint32_t verdict = v->verdict[place];

    ret->place = place;
    ret->type = TN_SWAP_NONE;
    ret->action = TN_PLAN_RECOVER;
    if (v->recovery || verdict == TN_BAD) {
        return;
    }
    ret->action = verdict == TN_GENUINE ? TN_PLAN_RUN : TN_PLAN_VERIFY;
}

static void decide(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    first_of(v, v->newer ? TN_CANDIDATE : TN_RUNNING, ret);
}

static void decide_revert(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    enum rank pri = rank_of(v, &v->pri);
    enum rank sec = rank_of(v, &v->sec);
    bool newer = v->newer && pri != UNMARKED;

    first_of(v, sec > pri || (sec == pri && newer) ? TN_CANDIDATE : TN_RUNNING, ret);
    const struct tn_trailer *t = ret->place == TN_RUNNING ? &v->pri : &v->sec;
    if (ret->action == TN_PLAN_RUN && !v->failed && t->magic == TN_MAGIC_GOOD &&
            t->image_ok == TN_FLAG_UNSET && t->copy_done == TN_FLAG_UNSET) {
        ret->action = TN_PLAN_SWAP;
        ret->type = TN_SWAP_TEST;
    }
}

static void look_revert(struct tn_boot *b) {
    tn_boot_look_trailers(b);
    tn_in_place_look(b);
}

// There is no spare slot: its verdict is BAD from the beginning.
static void look_single(struct tn_boot *b) {
    b->view.verdict[TN_CANDIDATE] = TN_BAD;
}

static void decide_single(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    first_of(v, TN_RUNNING, ret);
}

static int begin(struct tn_boot *b) {
    (void)b;
    return 0;
}

// An image on test has one boot: it is marked before it runs.
static int step(struct tn_boot *b) {
    b->view.swapped = true;
    return tn_trailer_put(b->slots, tn_place_slot(b->plan.place), TN_CELL_COPY_DONE, 1);
}

const struct tn_strategy tn_direct_xip = {
        .layout = &tn_layout_direct_xip,
        .look = tn_in_place_look,
        .decide = decide,
};

const struct tn_strategy tn_direct_xip_revert = {
        .layout = &tn_layout_direct_xip_revert,
        .look = look_revert,
        .decide = decide_revert,
        .begin = begin,
        .step = step,
};

const struct tn_strategy tn_single_slot = {
        .layout = &tn_layout_single_slot,
        .look = look_single,
        .decide = decide_single,
};
