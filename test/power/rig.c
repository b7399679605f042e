// SPDX-License-Identifier: Apache-2.0
#include "rig.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/mark.h"
#include "boot/set.h"
#include "update/sealed.h"

enum {
    STEPS_MAX = 50000,  // a loader that needs more steps hangs
    CHUNK = 300,        // of an upload
};

static const struct tn_layout *const layouts[STRATEGIES] = {
        &tn_layout_swap_offset,
        &tn_layout_swap_move,
        &tn_layout_swap_scratch,
        &tn_layout_overwrite_only,
        &tn_layout_direct_xip,
        &tn_layout_direct_xip_revert,
        &tn_layout_ram_load,
        &tn_layout_single_slot,
};

const char *strategy_name(unsigned nth) {
    return tn_layout_name(layouts[nth]);
}

const char *refusal(const struct geometry *g, const struct lineup *lineup) {
    static struct rig r;
    const char *ret = NULL;

    if (lineup->n > 1 && !g->sector) {
        return "several images are for sectors of one size";
    }
    rig_init(&r, g, lineup);
    if (r.f.flash.size > FLASH_MAX) {
        return "the slots of all images do not fit the flash";
    }
    for (unsigned i = 0; i < r.n && !ret; i++) {
        ret = tn_slots_fault(&r.m[i].slots);
    }
    return ret;
}

// Takes the next bytes of the flash for an area.
static void put_area(struct tn_area *a, const struct tn_flash *flash, uint32_t *off) {
    a->flash = flash;
    a->off = *off;
    *off += a->size;
}

// The slots with sectors of one size. Some strategies need one sector more.
static void even_slots(struct rig *r, const struct geometry *g, const struct lineup *lineup) {
    uint32_t total = g->scratch;

    for (unsigned i = 0; i < r->n; i++) {
        struct tn_slots *s = &r->m[i].slots;
        uint32_t pri = g->sectors + (1u << lineup->strategy[i] == MOVE);
        uint32_t sec = g->sectors + (1u << lineup->strategy[i] == OFFSET);
        s->area[TN_PRIMARY].size = pri * g->sector;
        s->area[TN_SECONDARY].size = sec * g->sector;
        s->area[TN_SCRATCH].size = g->scratch * g->sector;
        s->max_sectors = (uint16_t)(g->sectors + 1);
        total += pri + sec;
    }
    r->runs[0] = (struct tn_flash_run){g->sector, total};
}

static void uneven_slots(struct rig *r, const struct geometry *g) {
    struct tn_slots *s = &r->m[0].slots;
    uint32_t size = 0;

    for (unsigned i = 0; i < RUNS_MAX; i++) {
        r->runs[i] = g->runs[i];
        size += g->runs[i].sector_size * g->runs[i].count;
        s->max_sectors = (uint16_t)(s->max_sectors + g->runs[i].count);
    }
    s->area[TN_PRIMARY].size = s->area[TN_SECONDARY].size = g->slot_size;
    s->area[TN_SCRATCH].size = size - 2 * g->slot_size;
}

// The primary slots come first, then the spare ones, then the scratch area, which is one.
static void put_areas(struct rig *r) {
    uint32_t off = 0;

    for (unsigned slot = 0; slot < TN_AREAS; slot++) {
        for (unsigned i = 0; i < r->n; i++) {
            struct tn_area *a = &r->m[i].slots.area[slot];
            if (slot == TN_SCRATCH && i > 0) {
                *a = r->m[0].slots.area[slot];
            } else {
                put_area(a, &r->f.flash, &off);
            }
        }
        r->spare_from = slot == TN_PRIMARY ? off : r->spare_from;
    }
}

// The other areas are in a device of their own, with this write unit.
static void split(struct rig *r, uint16_t unit) {
    r->internal = r->f.flash;
    r->internal.prog_unit = unit;
    for (unsigned i = 0; i < r->n; i++) {
        struct tn_area *a = r->m[i].slots.area;
        a[TN_PRIMARY].flash = a[TN_SCRATCH].flash = &r->internal;
    }
}

void rig_init(struct rig *r, const struct geometry *g, const struct lineup *lineup) {
    memset(r, 0, sizeof(*r));
    r->n = lineup->n;
    if (g->sector) {
        even_slots(r, g, lineup);
    } else {
        uneven_slots(r, g);
    }
    flash_init(&r->f, r->runs, g->sector ? 1 : RUNS_MAX, g->spare_unit ? g->spare_unit : g->unit,
            g->erased);
    put_areas(r);
    if (g->spare_unit) {
        split(r, g->unit);
    }
    r->ram = (struct tn_ram_window){.mem = r->ram_mem, .addr = RAM_ADDR, .size = RAM_SIZE};
    for (unsigned i = 0; i < r->n; i++) {
        struct tn_slots *s = &r->m[i].slots;
        unsigned strategy = lineup->strategy[i];
        if (1u << strategy == SINGLE) {
            s->area[TN_SECONDARY].size = 0;
        }
        s->image = (uint8_t)i;
        s->layout = layouts[strategy];
        s->max_align = (uint16_t)tn_max(g->unit, 8);
        s->magic = tn_trailer_magic(s->max_align);
        s->ram = 1u << strategy == RAM_LOAD ? &r->ram : NULL;
    }
}

void rig_init_one(struct rig *r, const struct geometry *g, unsigned strategy) {
    rig_init(r, g, &(struct lineup){1, {(uint8_t)strategy}, false});
}

// Offset of a place in the device.
static uint32_t place_off(const struct member *m, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&m->slots, place, &src);
    return src.area->off + src.off;
}

// An image in the form that it has in this place.
static const struct image *form_of(
        const struct rig *r, const struct member *m, enum tn_place place, unsigned image) {
    bool runs = place == TN_PLACE_STAGED || (place == TN_RUNNING && !m->slots.ram);

    return runs || !r->secrets ? &m->images[image] : &m->stored[image];
}

void rig_place(struct rig *r, const struct member *m, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, m, place, image);

    memcpy(r->f.mem + place_off(m, place), img->bytes, img->len);
}

// ---- The loader ----------------------------------------------------------------------------

static bool is_in(
        const struct rig *r, const struct member *m, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, m, place, image);
    // A cut may damage the last TLV, which holds the key and is not signed: the image runs.
    uint32_t len = img->len - (r->secrets ? SECRETS_KEY_TLV : 0);

    return place == TN_PLACE_STAGED ? !memcmp(r->ram.mem + r->ram.off, img->bytes, len)
                                    : flash_was(&r->f, place_off(m, place), img->bytes, len);
}

static char letter_of(const struct rig *r, const struct member *m, enum tn_place place) {
    for (unsigned i = 0; i < IMAGES; i++) {
        if (is_in(r, m, place, i)) {
            return "ONX"[i];
        }
    }
    return '?';
}

static int count_steps(void *ctx, enum tn_moment at, struct tn_boot *b) {
    int *steps = ctx;

    (void)b;
    return (at == TN_AT_BEGIN || at == TN_AT_STEP) && ++*steps >= STEPS_MAX;
}

// A loader of one member, after a reset. crypt: its memory.
static struct tn_boot loader_of(
        const struct rig *r, const struct member *m, struct tn_crypt *crypt) {
    *crypt = (struct tn_crypt){.ops = &tn_encrypted, .secrets = r->secrets};
    return (struct tn_boot){.slots = &m->slots,
            .strategy = tn_strategy_of(m->slots.layout),
            .trust = r->trust,
            .crypt = r->secrets ? crypt : NULL};
}

char rig_boot(struct rig *r) {
    struct tn_crypt crypt[MEMBERS];  // not static: boots nest
    struct tn_boot b[MEMBERS];
    int steps = 0;
    char ret = 0;

    r->f.ops = 0;
    r->ram.place = 0;
    for (unsigned i = 0; i < r->n; i++) {
        b[i] = loader_of(r, &r->m[i], &crypt[i]);
        b[i].next = i + 1 < r->n ? &b[i + 1] : NULL;
    }
    if (r->n > 1 ? tn_set_settle(b, count_steps, &steps) : tn_boot_settle(b, count_steps, &steps)) {
        return '!';
    }
    for (unsigned i = 0; i < r->n; i++) {
        r->m[i].ran = b[i].plan.place;
        if (b[i].plan.action != TN_PLAN_RUN) {
            return 'R';
        }
        char letter = letter_of(r, &r->m[i], b[i].plan.place);
        ret = ret && ret != letter ? '%' : letter;
    }
    return ret;
}

// ---- The application, and a server -----------------------------------------------------------

// With strategies that run images in place, the image on test may be in either slot.
static int confirm(const struct member *m) {
    if (m->slots.layout != &tn_layout_direct_xip_revert) {
        return tn_boot_confirm(&m->slots);
    }
    return tn_trailer_put(&m->slots, TN_SECONDARY, TN_CELL_IMAGE_OK, 1);
}

static int finish(struct tn_update *u) {
    for (int steps = 0; tn_update_step(u) == TN_MORE; steps++) {
        if (steps == STEPS_MAX) {
            return TN_ETIMEOUT;
        }
    }
    return tn_update_take_error(u);
}

// Like the server of a loader, which has the key.
static void let_open(const struct rig *r, struct tn_update *u, struct tn_decrypted *memory) {
    u->open = r->secrets ? tn_update_decrypt : NULL;
    u->secrets = r->secrets;
    u->decrypted = memory;
}

// Like a server: verifies the image, then writes the request.
static int request(struct rig *r, const struct member *m, enum tn_swap_type type) {
    struct tn_decrypted decrypted;
    struct tn_update u = {.slots = &m->slots, .trust = r->trust};

    let_open(r, &u, &decrypted);
    tn_update_mark(&u, type == TN_SWAP_REVERT ? TN_PREVIOUS : TN_CANDIDATE, type);
    return finish(&u);
}

// Like a server that leaves signatures to the loader.
static int ask(const struct member *m) {
    int rc;

    while ((rc = tn_boot_request(&m->slots, TN_SWAP_TEST)) == TN_MORE) {
    }
    return rc;
}

static int upload(struct rig *r, const struct member *m, enum tn_target target, unsigned image) {
    const struct image *img =
            form_of(r, m, target == TN_TO_PRIMARY ? TN_RUNNING : TN_CANDIDATE, image);
    struct tn_decrypted decrypted;
    uint8_t buf[1024];
    static const struct tn_span no_sha;
    struct tn_update u = {.slots = &m->slots, .trust = r->trust, .buf = buf, .size = sizeof(buf)};
    let_open(r, &u, &decrypted);
    int err = tn_update_begin(&u, target, img->len, &no_sha);

    while (!err && tn_update_off(&u) < img->len) {
        uint32_t off = tn_update_off(&u);
        int n = tn_update_write(&u, img->bytes + off, tn_min(img->len - off, CHUNK));
        err = n < 0 ? n : finish(&u);
    }
    return err;
}

static int erase_spare(const struct rig *r, const struct member *m) {
    struct tn_update u = {.slots = &m->slots, .trust = r->trust};
    int err = tn_update_erase(&u, TN_SECONDARY);

    return err ? err : finish(&u);
}

static int stop_at_record(void *ctx, enum tn_moment at, struct tn_boot *b) {
    (void)ctx;
    return (at == TN_AT_BEGIN || at == TN_AT_STEP) && b->plan.action == TN_PLAN_SWAP &&
            tn_trailer_has_record(b->slots, 0);
}

// Leaves what MCUboot's swap using scratch leaves if it loses power at its first record: MCUboot
// removes the request only after that.
static int begin_as_mcuboot(struct rig *r, const struct member *m, enum tn_swap_type type) {
    struct tn_crypt crypt;
    struct tn_boot b = loader_of(r, m, &crypt);
    int err = request(r, m, type);

    if (!err && !tn_boot_settle(&b, stop_at_record, NULL)) {
        err = TN_ESTATE;
    }
    return err ? err : tn_boot_request(&m->slots, type);
}

// Changes a bit of the running image, which no update does.
static int damage(struct rig *r, const struct member *m) {
    r->f.mem[place_off(m, TN_RUNNING) + TN_IMAGE_HDR_LEN] ^= 0x10;
    return 0;
}

static int act_on(struct rig *r, const struct member *m, char act) {
    int err;

    switch (act) {
    case 't':
        return request(r, m, TN_SWAP_TEST);
    case 'p':
        return request(r, m, TN_SWAP_PERM);
    case 'q':
        return ask(m);
    case 'a':
        if (!request(r, m, TN_SWAP_TEST)) {
            return 0;
        }
        err = upload(r, m, TN_TO_SPARE, 1);
        return err ? err : request(r, m, TN_SWAP_TEST);
    case 'v':
        return request(r, m, TN_SWAP_REVERT);
    case 'c':
        return confirm(m);
    case 'u':
        return upload(r, m, TN_TO_SPARE, 1);
    case 'x':
        return upload(r, m, TN_TO_SPARE, 2);
    case 'w':
        return upload(r, m, TN_TO_PRIMARY, 1);
    case 'y':
        return upload(r, m, TN_TO_PRIMARY, 2);
    case 'e':
        return erase_spare(r, m);
    case 'd':
        return damage(r, m);
    case 'm':
        return begin_as_mcuboot(r, m, TN_SWAP_TEST);
    case 'n':
        return begin_as_mcuboot(r, m, TN_SWAP_PERM);
    default:
        return TN_EINVAL;
    }
}

int rig_act(struct rig *r, char act) {
    int err = 0;

    r->f.ops = 0;
    if (act == 'b') {
        return strchr("ONXR", rig_boot(r)) ? 0 : TN_ESTATE;
    }
    for (unsigned i = 0; i < r->n && !err; i++) {
        err = act_on(r, &r->m[i], act);
    }
    return err;
}

bool rig_holds(const struct rig *r, const struct member *m, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, m, place, image);

    return flash_is_firm(&r->f, place_off(m, place), img->bytes, img->len);
}
