// SPDX-License-Identifier: Apache-2.0
#include "rig.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "boot/check.h"
#include "boot/mark.h"
#include "boot/settle.h"
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

const char *refusal(const struct geometry *g, unsigned nth) {
    static struct rig r;

    rig_init(&r, g, nth);
    return tn_slots_fault(&r.slots);
}

// The slots with sectors of one size. Some strategies need one sector more.
static void even_slots(struct rig *r, const struct geometry *g, unsigned strategy) {
    uint32_t pri = g->sectors + (1u << strategy == MOVE);
    uint32_t sec = g->sectors + (1u << strategy == OFFSET);

    r->runs[0] = (struct tn_flash_run){g->sector, pri + sec + g->scratch};
    r->slots.area[TN_PRIMARY].size = pri * g->sector;
    r->slots.area[TN_SECONDARY].size = sec * g->sector;
    r->slots.area[TN_SCRATCH].size = g->scratch * g->sector;
    r->slots.max_sectors = (uint16_t)(g->sectors + 1);
}

static void uneven_slots(struct rig *r, const struct geometry *g) {
    uint32_t size = 0;

    for (unsigned i = 0; i < RUNS_MAX; i++) {
        r->runs[i] = g->runs[i];
        size += g->runs[i].sector_size * g->runs[i].count;
        r->slots.max_sectors = (uint16_t)(r->slots.max_sectors + g->runs[i].count);
    }
    r->slots.area[TN_PRIMARY].size = r->slots.area[TN_SECONDARY].size = g->slot_size;
    r->slots.area[TN_SCRATCH].size = size - 2 * g->slot_size;
}

void rig_init(struct rig *r, const struct geometry *g, unsigned strategy) {
    uint32_t off = 0;

    memset(r, 0, sizeof(*r));
    if (g->sector) {
        even_slots(r, g, strategy);
    } else {
        uneven_slots(r, g);
    }
    flash_init(&r->f, r->runs, g->sector ? 1 : RUNS_MAX, g->spare_unit ? g->spare_unit : g->unit,
            g->erased);
    for (unsigned i = 0; i < TN_AREAS; i++) {
        r->slots.area[i].flash = &r->f.flash;
        r->slots.area[i].off = off;
        off += r->slots.area[i].size;
    }
    if (g->spare_unit) {
        r->internal = r->f.flash;
        r->internal.prog_unit = g->unit;
        r->slots.area[TN_PRIMARY].flash = r->slots.area[TN_SCRATCH].flash = &r->internal;
    }
    if (1u << strategy == SINGLE) {
        r->slots.area[TN_SECONDARY].size = 0;
    }
    r->slots.layout = layouts[strategy];
    r->slots.max_align = (uint16_t)tn_max(g->unit, 8);
    r->slots.magic = tn_trailer_magic(r->slots.max_align);
    r->ram = (struct tn_ram_window){.mem = r->ram_mem, .addr = RAM_ADDR, .size = RAM_SIZE};
    r->slots.ram = 1u << strategy == RAM_LOAD ? &r->ram : NULL;
}

// Offset of a place in the device.
static uint32_t place_off(const struct rig *r, enum tn_place place) {
    struct tn_image_src src;

    tn_slots_source(&r->slots, place, &src);
    return src.area->off + src.off;
}

// An image in the form that it has in this place.
static const struct image *form_of(const struct rig *r, enum tn_place place, unsigned image) {
    bool runs = place == TN_PLACE_STAGED || (place == TN_RUNNING && !r->slots.ram);

    return runs || !r->secrets ? &r->images[image] : &r->stored[image];
}

void rig_place(struct rig *r, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, place, image);

    memcpy(r->f.mem + place_off(r, place), img->bytes, img->len);
}

// ---- The loader ----------------------------------------------------------------------------

static bool is_in(const struct rig *r, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, place, image);
    // A cut may damage the last TLV, which holds the key and is not signed: the image runs.
    uint32_t len = img->len - (r->secrets ? SECRETS_KEY_TLV : 0);

    return place == TN_PLACE_STAGED ? !memcmp(r->ram.mem + r->ram.off, img->bytes, len)
                                    : flash_was(&r->f, place_off(r, place), img->bytes, len);
}

static char letter_of(const struct rig *r, enum tn_place place) {
    for (unsigned i = 0; i < IMAGES; i++) {
        if (is_in(r, place, i)) {
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

// A loader of this device, after a reset. crypt: its memory.
static struct tn_boot loader_of(const struct rig *r, struct tn_crypt *crypt) {
    *crypt = (struct tn_crypt){.ops = &tn_encrypted, .secrets = r->secrets};
    return (struct tn_boot){.slots = &r->slots,
            .strategy = tn_strategy_of(r->slots.layout),
            .trust = r->trust,
            .crypt = r->secrets ? crypt : NULL};
}

char rig_boot(struct rig *r) {
    struct tn_crypt crypt;  // not static: boots nest
    struct tn_boot b = loader_of(r, &crypt);
    int steps = 0;

    r->f.ops = 0;
    r->ram.place = 0;
    if (tn_boot_settle(&b, count_steps, &steps)) {
        return '!';
    }
    r->ran = b.plan.place;
    return b.plan.action == TN_PLAN_RUN ? letter_of(r, b.plan.place) : 'R';
}

// ---- The application, and a server -----------------------------------------------------------

// With strategies that run images in place, the image on test may be in either slot.
static int confirm(struct rig *r) {
    if (r->slots.layout != &tn_layout_direct_xip_revert) {
        return tn_boot_confirm(&r->slots);
    }
    return tn_trailer_put(&r->slots, TN_SECONDARY, TN_CELL_IMAGE_OK, 1);
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
static int request(struct rig *r, enum tn_swap_type type) {
    struct tn_decrypted decrypted;
    struct tn_update u = {.slots = &r->slots, .trust = r->trust};

    let_open(r, &u, &decrypted);
    tn_update_mark(&u, type == TN_SWAP_REVERT ? TN_PREVIOUS : TN_CANDIDATE, type);
    return finish(&u);
}

// Like a server that leaves signatures to the loader.
static int ask(struct rig *r) {
    int rc;

    while ((rc = tn_boot_request(&r->slots, TN_SWAP_TEST)) == TN_MORE) {
    }
    return rc;
}

static int upload(struct rig *r, enum tn_target target, unsigned image) {
    const struct image *img =
            form_of(r, target == TN_TO_PRIMARY ? TN_RUNNING : TN_CANDIDATE, image);
    struct tn_decrypted decrypted;
    uint8_t buf[1024];
    static const struct tn_span no_sha;
    struct tn_update u = {.slots = &r->slots, .trust = r->trust, .buf = buf, .size = sizeof(buf)};
    let_open(r, &u, &decrypted);
    int err = tn_update_begin(&u, target, img->len, &no_sha);

    while (!err && tn_update_off(&u) < img->len) {
        uint32_t off = tn_update_off(&u);
        int n = tn_update_write(&u, img->bytes + off, tn_min(img->len - off, CHUNK));
        err = n < 0 ? n : finish(&u);
    }
    return err;
}

static int erase_spare(struct rig *r) {
    struct tn_update u = {.slots = &r->slots, .trust = r->trust};
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
static int begin_as_mcuboot(struct rig *r, enum tn_swap_type type) {
    struct tn_crypt crypt;
    struct tn_boot b = loader_of(r, &crypt);
    int err = request(r, type);

    if (!err && !tn_boot_settle(&b, stop_at_record, NULL)) {
        err = TN_ESTATE;
    }
    return err ? err : tn_boot_request(&r->slots, type);
}

// Changes a bit of the running image, which no update does.
static int damage(struct rig *r) {
    r->f.mem[place_off(r, TN_RUNNING) + TN_IMAGE_HDR_LEN] ^= 0x10;
    return 0;
}

int rig_act(struct rig *r, char act) {
    int err;

    r->f.ops = 0;
    switch (act) {
    case 'b':
        return strchr("ONXR", rig_boot(r)) ? 0 : TN_ESTATE;
    case 't':
        return request(r, TN_SWAP_TEST);
    case 'p':
        return request(r, TN_SWAP_PERM);
    case 'q':
        return ask(r);
    case 'a':
        if (!request(r, TN_SWAP_TEST)) {
            return 0;
        }
        err = upload(r, TN_TO_SPARE, 1);
        return err ? err : request(r, TN_SWAP_TEST);
    case 'v':
        return request(r, TN_SWAP_REVERT);
    case 'c':
        return confirm(r);
    case 'u':
        return upload(r, TN_TO_SPARE, 1);
    case 'x':
        return upload(r, TN_TO_SPARE, 2);
    case 'w':
        return upload(r, TN_TO_PRIMARY, 1);
    case 'y':
        return upload(r, TN_TO_PRIMARY, 2);
    case 'e':
        return erase_spare(r);
    case 'd':
        return damage(r);
    case 'm':
        return begin_as_mcuboot(r, TN_SWAP_TEST);
    case 'n':
        return begin_as_mcuboot(r, TN_SWAP_PERM);
    default:
        return TN_EINVAL;
    }
}

bool rig_holds(const struct rig *r, enum tn_place place, unsigned image) {
    const struct image *img = form_of(r, place, image);

    return flash_is_firm(&r->f, place_off(r, place), img->bytes, img->len);
}
