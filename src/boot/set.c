// SPDX-License-Identifier: Apache-2.0
#include "boot/set.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/mark.h"
#include "boot/policy.h"

// How much of what trailers ask for is left undone in this boot.
enum holds {
    NOTHING,
    REQUESTS,    // what was uploaded is not installed
    EVERYTHING,  // nor is anything reverted
};

struct set {
    struct tn_boot *first;
    tn_boot_hook *hook;
    void *ctx;
    enum holds holds;
};

// ---- What the trailers ask for -----------------------------------------------------------

// The type of swap that is asked for or under way. Where images run in place there is none.
static enum tn_swap_type asked(const struct tn_boot *b) {
    const struct tn_boot_view *v = &b->view;

    if (!b->strategy->discard || v->swapped) {
        return TN_SWAP_NONE;
    }
    return v->under_way != TN_SWAP_NONE ? (enum tn_swap_type)v->under_way
                                        : tn_boot_next(&v->pri, &v->sec, v->layout);
}

static bool is_request(enum tn_swap_type type) {
    return type == TN_SWAP_TEST || type == TN_SWAP_PERM;
}

// Reverts because it is on test, which its own trailer says, and nothing of that has begun.
static bool is_untouched_revert(const struct tn_boot *b) {
    return asked(b) == TN_SWAP_REVERT && b->view.under_way == TN_SWAP_NONE &&
            b->view.sec.magic != TN_MAGIC_GOOD;
}

// ---- Looking -----------------------------------------------------------------------------

// For decide, this image is confirmed.
static void keep(struct tn_boot *b) {
    b->view.pri.image_ok = TN_FLAG_SET;
}

// For decide, this image has no request.
static void forget_request(struct tn_boot *b) {
    b->view.sec.magic = TN_MAGIC_UNSET;
    b->view.under_way = TN_SWAP_NONE;
}

// Looks at one image. Returns true if it is on test and the rules give it another attempt; false if
// there is nothing to revert to.
static bool look(struct set *s, struct tn_boot *b) {
    b->strategy->look(b);
    bool reverts = is_untouched_revert(b) && b->view.verdict[TN_PREVIOUS] != TN_BAD;
    s->hook(s->ctx, TN_AT_LOOK, b);
    return reverts && asked(b) == TN_SWAP_NONE;
}

// Looks at all images. The attempts of an image on test count only if each of them has one left;
// those that have go first, so that a cut finds the one that has none.
static void look_at_all(struct set *s) {
    bool has_spent = false;
    uint32_t has_more = 0;  // a bit for each image

    for (struct tn_boot *b = s->first; b; b = b->next) {
        b->view.recovery |= s->first->view.recovery;
        has_more |= (uint32_t)look(s, b) << b->slots->image;
        has_spent |= is_untouched_revert(b);
    }
    for (struct tn_boot *b = s->first; b && has_spent; b = b->next) {
        if (has_more >> b->slots->image & 1) {
            b->strategy->look(b);
        } else if (has_more && is_untouched_revert(b)) {
            keep(b);
        }
    }
}

// A request is open, or was until this boot carried it out.
static bool installs(const struct tn_boot *b) {
    return is_request(asked(b)) ||
            (b->view.swapped && is_request((enum tn_swap_type)b->view.pri.type));
}

// An image that was just installed is not reverted while requests behind it are open: an upgrade of
// several was cut. Once requests are held, they are not open.
static void keep_installed(struct tn_boot *b, bool *open) {
    if (b->next) {
        keep_installed(b->next, open);
    }
    if (*open && is_untouched_revert(b)) {
        keep(b);
    }
    *open |= installs(b);
}

// What has moved goes on. Where images run in place, nothing is held.
static void hold(struct set *s, struct tn_boot *b) {
    if (b->view.moved || !b->strategy->discard) {
        return;
    }
    if (is_request(asked(b)) || s->holds == EVERYTHING) {
        forget_request(b);
    }
    if (s->holds == EVERYTHING) {
        keep(b);
    }
}

static void decide_all(struct set *s) {
    bool open = false;

    for (struct tn_boot *b = s->first; b; b = b->next) {
        if (b->view.failed) {
            s->holds = EVERYTHING;
        }
    }
    look_at_all(s);
    for (struct tn_boot *b = s->first; b && s->holds; b = b->next) {
        hold(s, b);
    }
    keep_installed(s->first, &open);
    for (struct tn_boot *b = s->first; b; b = b->next) {
        b->strategy->decide(&b->view, &b->plan);
    }
}

// ---- Dependencies ------------------------------------------------------------------------

// The image that would run: its source and header. False if there is none.
static bool get_next(const struct tn_boot *b, struct tn_image_src *src, struct tn_image_hdr *hdr) {
    tn_boot_source(b, b->plan.place, src);
    return b->plan.action != TN_PLAN_RECOVER && !tn_image_open(src, hdr);
}

// MCUboot's image_dependency: {image u8, 3 bytes, major u8, minor u8, revision u16, build u32}.
static bool is_met(const struct set *s, const uint8_t *raw) {
    struct tn_version least = {.major = raw[4], .minor = raw[5], .revision = tn_get_le16(raw + 6)};
    struct tn_image_src src;
    struct tn_image_hdr hdr;

    for (const struct tn_boot *b = s->first; b; b = b->next) {
        if (b->slots->image == raw[0]) {
            return get_next(b, &src, &hdr) && tn_version_compare(&hdr.version, &least) >= 0;
        }
    }
    return false;
}

enum {
    DEPENDENCY_LEN = 12,
    UNREADABLE = TN_DEPENDS_MAX,
};

// The number of the image that this one needs another version of; TN_ENOENT: none.
static int find_unmet(const struct set *s, const struct tn_boot *b) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;
    struct tn_tlv tlv;
    uint8_t raw[DEPENDENCY_LEN];
    int rc;

    if (!get_next(b, &src, &hdr)) {
        return TN_ENOENT;
    }
    if (tn_tlv_begin(&tlvs, &src, &hdr)) {
        return UNREADABLE;
    }
    while ((rc = tn_tlv_next(&tlvs, &tlv)) > 0) {
        if (tlv.type != TN_TLV_DEPENDENCY || !tlv.is_protected) {
            continue;
        }
        if (tlv.len != sizeof(raw) || tn_image_get(&src, tlv.off, raw, sizeof(raw))) {
            return UNREADABLE;
        }
        if (!is_met(s, raw)) {
            return raw[0];
        }
    }
    return rc ? UNREADABLE : TN_ENOENT;
}

static int depends_on(int image) {
    return TN_EDEPENDS - (int)tn_min((uint32_t)image, TN_DEPENDS_MAX);
}

// ---- Before the first swap ---------------------------------------------------------------

// The next thing is a swap that a trailer asks for and that has moved nothing yet.
static bool is_new_swap(const struct tn_boot *b) {
    return b->plan.action == TN_PLAN_SWAP && !b->view.moved && b->plan.type != TN_SWAP_NONE &&
            b->plan.type == asked(b);
}

// Tells the rules why a swap does not begin.
static void refuse(struct set *s, struct tn_boot *b, int err) {
    b->rc = err;
    s->hook(s->ctx, TN_AT_END, b);
}

// Why the swaps cannot be done, told for the image that keeps them from it. 0: they can.
static int check_swaps(struct set *s) {
    bool is_new = false;
    int err;

    for (struct tn_boot *b = s->first; b; b = b->next) {
        is_new |= is_new_swap(b);
        if (!is_new_swap(b) || b->view.under_way != TN_SWAP_NONE) {
            continue;
        }
        memset(&b->swap, 0, sizeof(b->swap));
        err = b->strategy->begin(b);
        if (err) {
            refuse(s, b, err);
            return err;
        }
    }
    for (struct tn_boot *b = s->first; b && is_new; b = b->next) {
        int needed = find_unmet(s, b);
        if (needed != TN_ENOENT) {
            err = depends_on(needed);
            refuse(s, b, err);
            return err;
        }
    }
    return 0;
}

// ---- The order ---------------------------------------------------------------------------

static struct tn_boot *first_with(const struct set *s, enum tn_plan_action action, bool moved) {
    struct tn_boot *b = s->first;

    while (b && (b->plan.action != action || (moved && !b->view.moved))) {
        b = b->next;
    }
    return b;
}

// The candidate was copied already, and power was lost while its request was erased: with the
// request goes the rest of its sector, and before it, by MCUboot's overwrite-only, the header. Of
// an encrypted image, the header alone tells.
static bool is_installed(const struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    const struct tn_area *spare = &s->area[TN_SECONDARY];
    struct tn_sector last;

    if (s->layout->reverts || tn_area_sector(spare, tn_trailer_off(s, TN_SECONDARY), &last)) {
        return false;
    }
    return tn_boot_reason(b, TN_CANDIDATE) == TN_EMAGIC ||
            (last.off &&
                    tn_area_is_equal(&s->area[TN_PRIMARY], 0, spare, 0,
                            s->encrypted ? TN_IMAGE_HDR_LEN : last.off));
}

// One candidate is refused: the requests of the others go first.
static struct tn_boot *discard(struct set *s, struct tn_boot *refused) {
    for (struct tn_boot *b = s->first; b && !is_installed(refused); b = b->next) {
        if (is_new_swap(b) && is_request(asked(b)) && b->view.under_way == TN_SWAP_NONE) {
            b->plan.action = TN_PLAN_DISCARD;
            b->reason[TN_CANDIDATE] = (int8_t)depends_on(refused->slots->image);
            return b;
        }
    }
    return refused;
}

// The image whose plan is to be carried out next. NULL: none is left, or nothing can be done.
static struct tn_boot *next_plan(struct set *s) {
    struct tn_boot *b;

    for (;;) {
        decide_all(s);
        if ((b = first_with(s, TN_PLAN_SWAP, true)) || (b = first_with(s, TN_PLAN_VERIFY, false))) {
            return b;
        }
        if ((b = first_with(s, TN_PLAN_DISCARD, false))) {
            return discard(s, b);
        }
        b = first_with(s, TN_PLAN_SWAP, false);
        if (!b || s->holds == EVERYTHING || !check_swaps(s)) {
            return b;
        }
        s->holds++;
    }
}

// All plans are to run or to recover. TN_MORE: a rule wants another look.
static int start(struct set *s) {
    if (first_with(s, TN_PLAN_RECOVER, false)) {
        return 0;
    }
    for (struct tn_boot *b = s->first; b; b = b->next) {
        if (s->hook(s->ctx, TN_AT_START, b) == TN_MORE) {
            return TN_MORE;
        }
    }
    return 0;
}

static int nothing(void *ctx, enum tn_moment at, struct tn_boot *b) {
    (void)ctx, (void)at, (void)b;
    return 0;
}

int tn_set_settle(struct tn_boot *first, tn_boot_hook *hook, void *ctx) {
    struct set s = {.first = first, .hook = hook ? hook : nothing, .ctx = ctx};
    struct tn_boot *b;

    do {
        while ((b = next_plan(&s))) {
            int stop = tn_boot_carry_out(b, s.hook, ctx);
            if (stop) {
                return stop;
            }
        }
    } while (start(&s) == TN_MORE);
    return 0;
}

// ---- With rules --------------------------------------------------------------------------

struct policies {
    struct tn_boot *boot;
    struct tn_policy *policy;
};

// By the log, the image ran on test, and its confirmation is not recorded yet.
static bool ran_on_test(const struct tn_policy *p, const struct tn_boot *b) {
    const struct tn_record *last = &p->log.last;
    struct tn_record now;

    return (last->code == TN_OUTCOME_INSTALLED || last->code == TN_STEP_TRIED) &&
            !tn_record_identify(b->slots, TN_RUNNING, &now) && tn_record_is_of(&now, last);
}

// One image was confirmed since the last boot. Power may have been lost before the others were.
static bool is_confirming(const struct policies *of) {
    const struct tn_policy *p = of->policy;
    struct tn_trailer t;

    for (const struct tn_boot *b = of->boot; b; b = b->next, p = p->next) {
        tn_trailer_read(b->slots, TN_PRIMARY, &t);
        if (t.magic == TN_MAGIC_GOOD && t.image_ok != TN_FLAG_UNSET && t.type == TN_SWAP_TEST &&
                ran_on_test(p, b)) {
            return true;
        }
    }
    return false;
}

// Confirms an image on test that ran beside one that is confirmed. The flag is in flash before any
// record of this boot says "confirmed", so that a cut finds this state again.
static void confirm_with_others(
        const struct policies *of, const struct tn_policy *p, struct tn_boot *b) {
    if (is_untouched_revert(b) && ran_on_test(p, b) && is_confirming(of) &&
            !tn_boot_confirm(b->slots)) {
        keep(b);
    }
}

static int at(void *ctx, enum tn_moment moment, struct tn_boot *b) {
    const struct policies *of = ctx;
    struct tn_policy *p = of->policy;
    const struct tn_policy *first = p;

    for (const struct tn_boot *i = of->boot; i != b; i = i->next) {
        p = p->next;
    }
    if (moment == TN_AT_LOOK) {
        confirm_with_others(of, p, b);
    }
    int rc = tn_policy_at(p, moment, b);
    bool steps = moment == TN_AT_STEP || moment == TN_AT_BEGIN;
    return steps && p != first && first->each ? first->each(first->ctx) : rc;
}

int tn_set_policy_settle(struct tn_policy *first_policy, struct tn_boot *first) {
    struct policies of = {first, first_policy};
    struct tn_policy *p = first_policy;

    for (const struct tn_boot *b = first; b; b = b->next, p = p->next) {
        tn_policy_open(p, b);
    }
    return tn_set_settle(first, at, &of);
}
