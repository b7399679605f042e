// SPDX-License-Identifier: Apache-2.0
// RAM load: the newer image is copied to the address in its header and verified there, so that
// what is verified is what runs, whatever the flash says the next time it is read.
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/in_place_priv.h"

enum {
    CHUNK = 1024,  // bytes that one step copies
};

static int read_ram(const struct tn_image_src *src, uint32_t off, void *buf, uint32_t len) {
    const struct tn_ram_window *ram = src->ctx;

    memcpy(buf, ram->mem + ram->off + off, len);
    return 0;
}

static void source(const struct tn_slots *s, struct tn_image_src *ret) {
    ret->read = read_ram;
    ret->ctx = s->ram;
    ret->limit = s->ram->size - s->ram->off;
    ret->addr = s->ram->addr + s->ram->off;
}

// An image that is not genuine in RAM is not so in flash.
static void look(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_boot_view *v = &b->view;

    tn_in_place_look(b);
    v->loaded = s->ram->place;
    if (v->loaded && v->verdict[TN_PLACE_STAGED] == TN_BAD) {
        v->verdict[v->loaded - 1] = TN_BAD;
    }
}

static void decide(const struct tn_boot_view *v, struct tn_boot_plan *ret) {
    enum tn_place place = v->newer ? TN_CANDIDATE : TN_RUNNING;

    if (v->verdict[place] == TN_BAD) {
        place ^= 1;
    }
    ret->type = TN_SWAP_NONE;
    ret->place = TN_PLACE_STAGED;
    ret->action = TN_PLAN_RECOVER;
    if (v->recovery || v->verdict[place] == TN_BAD) {
        return;
    }
    if (v->loaded != place + 1u) {
        ret->action = TN_PLAN_SWAP;
        ret->place = place;
        return;
    }
    ret->action = v->verdict[TN_PLACE_STAGED] == TN_GENUINE ? TN_PLAN_RUN : TN_PLAN_VERIFY;
}

// Where the image in this place wants to be, and how long it is. 0, or why it cannot be there.
static int get_target(
        const struct tn_slots *s, enum tn_place place, uint32_t *ret_off, uint32_t *ret_len) {
    struct tn_image_src src;
    struct tn_image_hdr hdr;
    struct tn_tlvs t;

    tn_slots_source(s, place, &src);
    int err = tn_image_open(&src, &hdr);
    if (!err) {
        err = tn_tlv_begin(&t, &src, &hdr);
    }
    if (err) {
        return err;
    }
    *ret_off = hdr.load_addr - s->ram->addr;
    *ret_len = t.end;
    return s->layout->check(s, &hdr, t.end);
}

static int begin(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    enum tn_place place = b->plan.place;

    if (s->ram->place && b->view.verdict[TN_PLACE_STAGED] == TN_BAD) {
        b->view.verdict[s->ram->place - 1] = TN_BAD;
    }
    b->view.verdict[TN_PLACE_STAGED] = TN_UNKNOWN;
    s->ram->place = (uint8_t)(place + 1);
    int err = get_target(s, place, &s->ram->off, &b->swap.swap_size);
    if (err) {
        b->view.verdict[place] = TN_BAD;
        b->reason[place] = (int8_t)err;
        b->swap.swap_size = 0;
    }
    return 0;
}

static int step(struct tn_boot *b) {
    const struct tn_slots *s = b->slots;
    struct tn_swap *w = &b->swap;
    uint32_t n = tn_min(w->swap_size - w->pos, CHUNK);
    int err = n ? tn_area_read(&s->area[tn_place_slot(b->plan.place)], w->pos,
                          s->ram->mem + s->ram->off + w->pos, n)
                : 0;

    if (err) {
        b->view.verdict[b->plan.place] = TN_BAD;
        b->reason[b->plan.place] = (int8_t)err;
        return 0;
    }
    if (w->crypt) {
        w->crypt->ops->load(w->crypt, w->pos, s->ram->mem + s->ram->off + w->pos, n);
    }
    w->pos += n;
    return w->pos < w->swap_size ? TN_MORE : 0;
}

const struct tn_strategy tn_ram_load = {
        .layout = &tn_layout_ram_load,
        .source = source,
        .look = look,
        .decide = decide,
        .begin = begin,
        .step = step,
};
