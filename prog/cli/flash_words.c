// SPDX-License-Identifier: Apache-2.0
// Words for inspect --flash: trailers, images, the steps of a boot.
#include <stdarg.h>
#include <string.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli.h"
#include "host/files/dump.h"

static void add(char *ret, size_t size, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static void add(char *ret, size_t size, const char *format, ...) {
    size_t n = strlen(ret);
    va_list args;

    va_start(args, format);
    vsnprintf(ret + n, size - n, format, args);
    va_end(args);
}

// ---- Images ------------------------------------------------------------------------------

const char *flash_reason_words(const struct tn_dump_image *image) {
    return image->is_blank ? "erased" : tn_err_text(image->reason);
}

void flash_image_words(const struct tn_dump_image *image, char *ret, size_t size) {
    char version[TN_VERSION_TEXT];
    char hash[9];

    ret[0] = 0;
    if (!image->has_header) {
        add(ret, size, "no image that can run: %s", flash_reason_words(image));
        return;
    }
    tn_version_text(version, &image->version);
    add(ret, size, "version %s", version);
    if (image->size) {
        add(ret, size, ", %u bytes", (unsigned)image->size);
    }
    if (image->hash_len) {
        short_hash(hash, image->hash);
        add(ret, size, ", hash %s", hash);
    }
    if (image->reason) {
        add(ret, size, ": not genuine: %s", flash_reason_words(image));
    } else {
        add(ret, size, ": genuine");
    }
}

static const char *place_name(enum tn_place place) {
    static const char *const names[] = {[TN_RUNNING] = "the image in slot 0",
            [TN_CANDIDATE] = "the candidate in slot 1",
            [TN_PREVIOUS] = "the previous image in slot 1",
            [TN_PLACE_STAGED] = "the image in the scratch area"};

    return names[place];
}

// ---- Trailers ----------------------------------------------------------------------------

static const char *type_words(enum tn_swap_type type) {
    static const char *const words[] = {
            "", "none", "for a test", "permanent", "back to the previous image"};

    return type <= TN_SWAP_REVERT ? words[type] : "";
}

static struct tn_boot_view first_view(const struct tn_dump *d) {
    return d->nsteps ? d->steps[0].view : (struct tn_boot_view){0};
}

static const char *primary_words(const struct tn_dump *d) {
    const struct tn_trailer *t = &d->trailer[TN_PRIMARY];
    struct tn_boot_view v = first_view(d);

    if (v.under_way > TN_SWAP_NONE) {
        return v.moved ? "a swap was begun and has moved sectors: it has to go on"
                       : "a swap was begun and has moved nothing yet";
    }
    if (t->magic == TN_MAGIC_UNSET) {
        return "no swap brought this image: it counts as confirmed";
    }
    if (t->magic == TN_MAGIC_BAD) {
        return "torn: it counts as no record of a swap";
    }
    if (t->image_ok == TN_FLAG_UNSET) {
        return t->copy_done == TN_FLAG_UNSET ? "a swap is requested or was about to begin"
                                             : "this image is on test, and not confirmed";
    }
    return t->image_ok == TN_FLAG_BAD ? "the confirmation is torn: it counts as confirmed"
                                      : "this image is confirmed";
}

static const char *spare_words(const struct tn_dump *d) {
    const struct tn_trailer *t = &d->trailer[TN_SECONDARY];
    const struct tn_trailer none = {.type = TN_SWAP_NONE};

    if (t->magic != TN_MAGIC_GOOD) {
        return t->magic == TN_MAGIC_BAD ? "torn: it counts as no request" : "nothing is requested";
    }
    switch (tn_boot_next(&none, t, d->shape.slot.layout)) {
    case TN_SWAP_TEST:
        return "a test of the candidate is requested";
    case TN_SWAP_PERM:
        return "the candidate is requested for good";
    default:
        return "the previous image is requested, or its return was begun";
    }
}

// Direct-XIP: a trailer belongs to the image in its slot, which runs there.
static const char *in_place_words(const struct tn_dump *d, int slot) {
    const struct tn_trailer *t = &d->trailer[slot];

    if (!d->shape.slot.layout->reverts) {
        return "ignored with this strategy";
    }
    if (t->magic != TN_MAGIC_GOOD) {
        return t->magic == TN_MAGIC_BAD ? "torn" : "none: its image counts as confirmed";
    }
    if (t->image_ok != TN_FLAG_UNSET) {
        return "its image is confirmed";
    }
    return t->copy_done == TN_FLAG_UNSET ? "its image is requested for a test"
                                         : "its image was tried, and is not confirmed";
}

const char *flash_trailer_words(const struct tn_dump *d, int slot) {
    const struct tn_layout *layout = d->shape.slot.layout;

    if (layout == &tn_layout_single_slot) {
        return "ignored with this strategy";
    }
    if (layout == &tn_layout_direct_xip || layout == &tn_layout_direct_xip_revert) {
        return in_place_words(d, slot);
    }
    if (slot == TN_PRIMARY && !layout->reverts) {
        return "ignored with this strategy";
    }
    return slot == TN_PRIMARY ? primary_words(d) : spare_words(d);
}

// ---- The boot ----------------------------------------------------------------------------

// Do the trailers ask for this plan? Else the boot falls back to the spare slot.
static bool is_requested(const struct tn_dump *d, const struct tn_dump_step *s) {
    const struct tn_boot_view *v = &s->view;

    return v->under_way > TN_SWAP_NONE ||
            tn_boot_next(&v->pri, &v->sec, d->shape.slot.layout) == s->plan.type;
}

const char *flash_decision(const struct tn_dump *d) {
    const struct tn_dump_step *s = d->steps;
    const struct tn_dump_step *end = d->steps + d->nsteps;

    while (s < end && s->plan.action == TN_PLAN_VERIFY) {
        s++;
    }
    if (s == end) {
        return d->end.action == TN_PLAN_RUN ? "run" : "recover";
    }
    if (s->plan.action == TN_PLAN_DISCARD) {
        return "refuse";
    }
    if (s->view.under_way > TN_SWAP_NONE) {
        return "resume";
    }
    if (!is_requested(d, s)) {
        return "fallback";
    }
    return s->plan.type == TN_SWAP_TEST    ? "test"
            : s->plan.type == TN_SWAP_PERM ? "permanent"
                                           : "revert";
}

static void verify_words(const struct tn_dump_step *s, char *ret, size_t size) {
    add(ret, size, "verifies %s: %s%s", place_name(s->plan.place), s->reason ? "refused: " : "",
            s->reason ? tn_err_text(s->reason) : "genuine");
}

static void swap_words(
        const struct tn_dump *d, const struct tn_dump_step *s, char *ret, size_t size) {
    char where[64];
    const struct tn_layout *layout = d->shape.slot.layout;

    if (s->view.under_way > TN_SWAP_NONE) {
        add(ret, size, "goes on with the swap (%s)", type_words((enum tn_swap_type)s->plan.type));
        if (s->records_total) {
            add(ret, size, " behind status record %u of %u", (unsigned)d->records,
                    (unsigned)s->records_total);
        }
    } else if (layout == &tn_layout_direct_xip_revert) {
        add(ret, size, "marks %s as tried", place_name(s->plan.place));
    } else {
        add(ret, size, "%s %s (%s)", layout->reverts ? "swaps in" : "copies over slot 0",
                place_name(s->plan.place),
                is_requested(d, s) ? type_words(s->plan.type) : "slot 0 has no genuine image");
    }
    if (s->has_touched) {
        tn_dump_where(d, s->first_addr, where, sizeof(where));
        add(ret, size, "; %u sectors erased, first change at %s", (unsigned)s->erases, where);
    }
}

void flash_step_words(
        const struct tn_dump *d, const struct tn_dump_step *s, char *ret, size_t size) {
    ret[0] = 0;
    if (s->plan.action == TN_PLAN_VERIFY) {
        verify_words(s, ret, size);
    } else if (s->plan.action == TN_PLAN_DISCARD) {
        add(ret, size, "erases the request: %s", "the candidate is not genuine");
    } else {
        swap_words(d, s, ret, size);
    }
    if (s->rc) {
        add(ret, size, "; fails: %s", tn_err_text(s->rc));
    }
}

void flash_end_words(const struct tn_dump *d, char *ret, size_t size) {
    char image[200];

    ret[0] = 0;
    if (d->end.action == TN_PLAN_RUN) {
        flash_image_words(&d->running, image, sizeof(image));
        add(ret, size, "runs slot %d: %s", (int)tn_place_slot(d->end.place), image);
        return;
    }
    add(ret, size, "starts recovery: no genuine image can run. ");
    for (int place = 0; place < TN_PLACES; place++) {
        if (d->has_place[place]) {
            const struct tn_dump_image *i = &d->image[place];
            add(ret, size, "%s%s: %s", place ? "; " : "", place_name((enum tn_place)place),
                    i->reason ? flash_reason_words(i) : "genuine");
        }
    }
}

void flash_next_words(const struct tn_dump *d, char *ret, size_t size) {
    ret[0] = 0;
    if (d->end.action != TN_PLAN_RUN) {
        return;
    }
    if (d->next == TN_SWAP_REVERT) {
        add(ret, size, "The image is on test then: %s, the boot after this one reverts",
                d->shape.attempts > 1 ? "unless it confirms itself or has attempts left"
                                      : "unless it confirms itself");
    }
    if (d->next == TN_SWAP_TEST || d->next == TN_SWAP_PERM) {
        add(ret, size, "The request in slot 1 stays");
    }
}

const char *flash_record_words(uint8_t code) {
    return code == TN_STEP_BEGUN      ? "its swap begins"
            : code == TN_STEP_TRIED   ? "started again, not confirmed"
            : code == TN_STEP_COUNTER ? "the security counter was raised"
                                      : tn_outcome_text(code);
}
