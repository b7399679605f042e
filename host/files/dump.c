// SPDX-License-Identifier: Apache-2.0
// Lays slots over the bytes of a dump, notes what they say, and lets the loader's own loop boot a
// copy.
#include "host/files/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "boot/check.h"
#include "host/base/file.h"

enum { CALLS_MAX = 50 << 20 };  // far above the steps of any boot

// ---- The copy as a flash -----------------------------------------------------------------

static struct tn_dump *dump_of(const struct tn_flash *f) {
    return f->ctx;
}

// Counts an operation for the plan that is under way.
static struct tn_dump_step *touch(struct tn_dump *d, uint32_t off) {
    struct tn_dump_step *s = &d->steps[d->nsteps ? d->nsteps - 1 : 0];

    if (!s->has_touched) {
        s->has_touched = true;
        s->first_addr = d->shape.base + off;
    }
    return s;
}

static int flash_read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    memcpy(buf, dump_of(f)->mem + off, len);
    return 0;
}

// As a NOR flash: programming only moves bits away from the erased value.
static int flash_prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    struct tn_dump *d = dump_of(f);
    const uint8_t *p = buf;

    touch(d, off)->writes += len;
    for (uint32_t i = 0; i < len; i++) {
        d->mem[off + i] = f->erased ? d->mem[off + i] & p[i] : d->mem[off + i] | p[i];
    }
    return 0;
}

static int flash_erase(const struct tn_flash *f, uint32_t off) {
    const struct tn_area all = {f, 0, f->size};
    struct tn_sector sector;
    struct tn_dump *d = dump_of(f);

    int err = tn_area_sector(&all, off, &sector);
    if (!err) {
        touch(d, off)->erases++;
        memset(d->mem + sector.off, f->erased, sector.size);
    }
    return err;
}

static const struct tn_flash_ops flash_ops = {flash_read, flash_prog, flash_erase};

// ---- Areas -------------------------------------------------------------------------------

static int lay_out_flash(struct tn_dump *d, struct tn_fault *f) {
    struct tn_dump_shape *s = &d->shape;

    if (!s->nruns && !s->slot.sector_size) {
        return tn_fail(f, TN_FAULT_USAGE,
                "the sectors are not known; give the flash's sector size by --sector-size");
    }
    if (!s->nruns) {
        s->runs[0] = (struct tn_flash_run){
                s->slot.sector_size, (uint32_t)(d->len / s->slot.sector_size)};
        s->nruns = 1;
    }
    d->flash.ops = &flash_ops;
    d->flash.runs = s->runs;
    d->flash.nruns = s->nruns;
    d->flash.erased = s->erased;
    d->flash.prog_unit = (uint16_t)s->slot.align;
    d->flash.ctx = d;
    // The dump may be a part of what the sectors describe. Only whole sectors count.
    for (unsigned i = 0; i < s->nruns; i++) {
        for (uint32_t n = 0; n < s->runs[i].count; n++) {
            if (s->runs[i].sector_size > d->len - d->flash.size) {
                return 0;
            }
            d->flash.size += s->runs[i].sector_size;
        }
    }
    return 0;
}

// True if a sector begins at this offset of the flash, or the last one ends there.
static bool is_edge(const struct tn_dump *d, uint32_t off) {
    const struct tn_area all = {&d->flash, 0, d->flash.size};
    struct tn_sector sector;

    return off == d->flash.size || (!tn_area_sector(&all, off, &sector) && sector.off == off);
}

static int lay_out_area(struct tn_dump *d, const char *what, uint32_t addr, uint32_t size,
        const char *name, struct tn_area *ret, struct tn_fault *f) {
    uint32_t base = d->shape.base;
    uint64_t end = (uint64_t)addr + size;

    *ret = (struct tn_area){&d->flash, addr - base, size};
    if (addr < base || end > (uint64_t)base + d->flash.size) {
        return tn_fail(f, TN_FAULT_TRUNCATED,
                "%s: %s is at 0x%08x to 0x%08llx, and the dump has whole sectors from 0x%08x to "
                "0x%08llx; dump all of it, or check --base, addresses and sizes",
                name, what, (unsigned)addr, (unsigned long long)end, (unsigned)base,
                (unsigned long long)base + d->flash.size);
    }
    if (!is_edge(d, addr - base) || !is_edge(d, addr - base + size)) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s at 0x%08x, 0x%x bytes, is not made of whole sectors; check its address, its "
                "size and --sector-size",
                what, (unsigned)addr, (unsigned)size);
    }
    return 0;
}

static bool has_spare(const struct tn_dump *d) {
    return d->shape.slot.layout != &tn_layout_single_slot;
}

static int lay_out_slots(struct tn_dump *d, const char *name, struct tn_fault *f) {
    struct tn_dump_shape *s = &d->shape;
    struct tn_slots *slots = &d->slots;
    bool swaps = s->slot.layout != &tn_layout_direct_xip &&
            s->slot.layout != &tn_layout_direct_xip_revert;

    if (lay_out_area(d, "slot 0", s->addr[0], s->slot.slot_size, name, &slots->area[0], f) ||
            lay_out_area(d, "slot 1", has_spare(d) ? s->addr[1] : s->base,
                    has_spare(d) ? s->slot.spare_size : 0, name, &slots->area[1], f) ||
            lay_out_area(d, "the scratch area", s->scratch_size ? s->addr[2] : s->base,
                    s->scratch_size, name, &slots->area[2], f)) {
        return -1;
    }
    slots->layout = s->slot.layout;
    slots->max_sectors = (uint16_t)s->slot.max_sectors;
    slots->max_align = (uint16_t)s->slot.max_align;
    slots->magic = tn_trailer_magic(slots->max_align);
    if (s->checks_addr) {
        slots->addr[0] = s->addr[0];
        slots->addr[1] = swaps ? s->addr[0] : s->addr[1];
    }
    const char *fault = tn_slots_fault(slots);
    return fault ? tn_fail(f, TN_FAULT_USAGE, "%s: %s", tn_layout_name(slots->layout), fault) : 0;
}

// log: NULL if there is none.
static int overlap(const struct tn_dump *d, const struct tn_area *log, struct tn_fault *f) {
    const struct tn_area *areas[] = {&d->slots.area[0], &d->slots.area[1], &d->slots.area[2], log};
    size_t n = log ? 4 : 3;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            const struct tn_area *a = areas[i];
            const struct tn_area *b = areas[k];
            if (a->size && b->size && a->off < b->off + b->size && b->off < a->off + a->size) {
                return tn_fail(f, TN_FAULT_USAGE,
                        "slots, scratch area or log overlap at 0x%08x; check their addresses and "
                        "sizes",
                        (unsigned)(d->shape.base + tn_max(a->off, b->off)));
            }
        }
    }
    return 0;
}

static int check_shape(struct tn_dump *d, struct tn_fault *f) {
    struct tn_dump_shape *s = &d->shape;

    if (!s->slot.slot_size || !s->slot.align) {
        return tn_fail(f, TN_FAULT_USAGE, "give %s: the places of what a boot reads depend on it",
                s->slot.slot_size ? "--align, the flash's write unit"
                                  : "--slot-size, or --board FILE");
    }
    if (s->slot.layout == &tn_layout_ram_load) {
        return tn_fail(f, TN_FAULT_USAGE,
                "ram-load: a dump of the flash has no RAM to load to; inspect the image files");
    }
    return tn_slot_check(&s->slot, f);
}

// ---- What the bytes say ------------------------------------------------------------------

static void note_image(struct tn_dump *d, enum tn_place place, const struct tn_trust *trust,
        struct tn_dump_image *ret) {
    struct tn_verify v;
    struct tn_image_hdr hdr;
    struct tn_tlvs tlvs;

    memset(ret, 0, sizeof(*ret));
    memset(&v, 0, sizeof(v));
    tn_slots_source(&d->slots, place, &v.src);
    ret->addr = d->shape.base + v.src.area->off + v.src.off;
    ret->is_blank = tn_area_is_erased(v.src.area, v.src.off, TN_IMAGE_HDR_LEN);
    int len = tn_image_identify(&v.src, &hdr, ret->hash);
    ret->hash_len = (uint8_t)(len > 0 ? len : 0);
    // A header that is refused is still one: its version helps.
    if (!tn_image_open(&v.src, &hdr)) {
        ret->has_header = true;
        ret->version = hdr.version;
        ret->size = tn_tlv_begin(&tlvs, &v.src, &hdr) ? 0 : tlvs.end;
    }
    tn_verify_begin(&v, trust, false);
    while (tn_verify_step(&v) == TN_MORE) {
    }
    ret->reason = tn_verify_result(&v) == TN_GENUINE ? 0 : tn_verify_error(&v);
}

static bool is_torn(const struct tn_trailer *t) {
    return t->magic == TN_MAGIC_BAD || t->image_ok == TN_FLAG_BAD || t->copy_done == TN_FLAG_BAD;
}

static void note_trailers(struct tn_dump *d) {
    uint32_t records = (uint32_t)d->slots.layout->records * d->slots.max_sectors;

    for (int i = 0; i < (has_spare(d) ? 2 : 1); i++) {
        tn_trailer_read(&d->slots, (enum tn_slot)i, &d->trailer[i]);
        d->is_torn[i] = is_torn(&d->trailer[i]);
        d->trailer_addr[i] =
                d->shape.base + d->slots.area[i].off + tn_trailer_off(&d->slots, (enum tn_slot)i);
    }
    while (d->records < records && tn_trailer_has_record(&d->slots, d->records)) {
        d->records++;
    }
    if (d->trailer[TN_PRIMARY].magic == TN_MAGIC_GOOD && records &&
            tn_trailer_get(&d->slots, TN_PRIMARY, TN_CELL_SWAP_SIZE, &d->swap_size)) {
        d->swap_size = 0;
    }
    // An erased cell holds no size.
    d->swap_size = d->swap_size == UINT32_MAX ? 0 : d->swap_size;
}

// A magic elsewhere than at a slot's end: wrong addresses or sizes, if no slot has one.
static void note_stray(struct tn_dump *d) {
    const uint8_t *magic = d->slots.magic;

    d->is_blank = true;
    for (size_t i = 1; i < d->len && d->is_blank; i++) {
        d->is_blank = d->mem[i] == d->mem[0];
    }
    if (d->trailer[0].magic != TN_MAGIC_UNSET || d->trailer[1].magic != TN_MAGIC_UNSET) {
        return;
    }
    for (size_t i = 0; i + TN_MAGIC_LEN <= d->len; i += 4) {
        if (!memcmp(d->mem + i, magic, TN_MAGIC_LEN) && is_edge(d, (uint32_t)i + TN_MAGIC_LEN)) {
            d->stray_magic = d->shape.base + (uint32_t)i;
        }
    }
}

static int note_log(struct tn_dump *d, const struct tn_area *area, struct tn_fault *f) {
    struct tn_log log;

    tn_log_open(&log, area, d->slots.image);
    d->counter = log.last.counter;
    uint32_t room = tn_log_room(&log);
    d->log = calloc(room ? room : 1, sizeof(*d->log));
    if (!d->log) {
        return tn_fail_memory(f);
    }
    for (uint32_t nth = 0; nth < room; nth++) {
        int err = tn_log_get(&log, nth, &d->log[d->nlog]);
        if (err == TN_ENOENT) {
            break;
        }
        d->nlog += !err;
    }
    return 0;
}

// ---- The boot ----------------------------------------------------------------------------

struct watch {
    struct tn_dump *d;
    uint32_t calls;
    bool is_full;
};

// Notes how the last plan ended.
static void end_step(struct tn_dump *d) {
    if (!d->nsteps) {
        return;
    }
    struct tn_dump_step *s = &d->steps[d->nsteps - 1];
    s->rc = d->boot.rc < 0 ? d->boot.rc : 0;
    if (s->plan.action == TN_PLAN_VERIFY) {
        s->reason = tn_boot_reason(&d->boot, s->plan.place);
    }
}

// Called before each step of a plan. The step before ended its plan unless it returned TN_MORE.
static int note_step(void *ctx) {
    struct watch *w = ctx;
    struct tn_dump *d = w->d;

    if (++w->calls > CALLS_MAX) {
        w->is_full = true;
        return -1;
    }
    if (d->boot.rc == TN_MORE) {
        if (d->boot.plan.action == TN_PLAN_SWAP) {
            d->steps[d->nsteps - 1].records_total = d->boot.swap.records;
        }
        return 0;
    }
    end_step(d);
    if (d->nsteps == TN_DUMP_STEPS) {
        w->is_full = true;
        return -1;
    }
    d->steps[d->nsteps++] = (struct tn_dump_step){.view = d->boot.view, .plan = d->boot.plan};
    return 0;
}

static int run(struct tn_dump *d, const struct tn_trust *trust, const struct tn_area *log,
        const char *name, struct tn_fault *f) {
    static const struct tn_rule *const rules[] = {
            &tn_count_attempts, &tn_keep_outcomes, &tn_no_rollback};
    struct watch w = {.d = d};
    struct tn_policy policy = {.rules = rules,
            .nrules = log ? TN_LEN(rules) : 0,
            .area = log,
            .attempts = d->shape.attempts,
            .each = note_step,
            .ctx = &w};

    d->boot = (struct tn_boot){
            .slots = &d->slots, .strategy = tn_strategy_of(d->slots.layout), .trust = trust};
    tn_policy_settle(&policy, &d->boot);
    if (w.is_full) {
        return tn_fail(f, TN_FAULT_MALFORMED,
                "%s: a boot of this flash does not come to an end; please report it with the dump",
                name);
    }
    end_step(d);
    d->end = d->boot.plan;
    if (d->end.action == TN_PLAN_RUN) {
        note_image(d, d->end.place, trust, &d->running);
    }
    tn_trailer_read(&d->slots, TN_PRIMARY, &d->after[0]);
    d->next = TN_SWAP_NONE;
    if (has_spare(d)) {
        tn_trailer_read(&d->slots, TN_SECONDARY, &d->after[1]);
        d->next = tn_boot_next(&d->after[0], &d->after[1], d->slots.layout);
    }
    return 0;
}

static int look_and_run(
        struct tn_dump *d, const struct tn_trust *trust, const char *name, struct tn_fault *f) {
    bool has_log = d->shape.log_size != 0;
    struct tn_area log;

    if (check_shape(d, f) || lay_out_flash(d, f) || lay_out_slots(d, name, f) ||
            (has_log &&
                    lay_out_area(d, "the log of outcomes", d->shape.log_addr, d->shape.log_size,
                            name, &log, f)) ||
            overlap(d, has_log ? &log : NULL, f) || (has_log && note_log(d, &log, f))) {
        return -1;
    }
    note_trailers(d);
    note_stray(d);
    for (int place = 0; place < TN_PLACES; place++) {
        // Where both places of the spare slot are one, it is called the candidate's.
        d->has_place[place] = place == TN_RUNNING ||
                (has_spare(d) &&
                        (place == TN_CANDIDATE || d->slots.layout->candidate_off(&d->slots)));
        if (d->has_place[place]) {
            note_image(d, (enum tn_place)place, trust, &d->image[place]);
        }
    }
    return run(d, trust, has_log ? &log : NULL, name, f);
}

int tn_dump_boot(const uint8_t *bytes, size_t len, const struct tn_dump_shape *shape,
        const struct tn_trust *trust, const char *name, struct tn_dump *ret, struct tn_fault *f) {
    memset(ret, 0, sizeof(*ret));
    ret->shape = *shape;
    ret->len = len;
    ret->mem = malloc(len ? len : 1);
    if (!ret->mem) {
        return tn_fail_memory(f);
    }
    memcpy(ret->mem, bytes, len);
    int err = look_and_run(ret, trust, name, f);
    if (err) {
        tn_dump_free(ret);
    }
    ret->boot = (struct tn_boot){0};  // it points to what ends here
    return err;
}

void tn_dump_where(const struct tn_dump *d, uint32_t addr, char *ret, size_t size) {
    static const char *const names[] = {"slot 0", "slot 1", "scratch area"};
    uint32_t off = addr - d->shape.base;

    snprintf(ret, size, "0x%08x", (unsigned)addr);
    for (int i = 0; i < TN_AREAS; i++) {
        const struct tn_area *a = &d->slots.area[i];
        struct tn_sector sector = {0, 0};
        for (unsigned n = 0; !tn_area_sector(a, sector.off + sector.size, &sector); n++) {
            if (off - a->off - sector.off < sector.size) {
                snprintf(ret, size, "0x%08x (%s, sector %u)", (unsigned)addr, names[i], n);
            }
        }
    }
}

void tn_dump_free(struct tn_dump *d) {
    free(d->mem);
    free(d->log);
    d->mem = NULL;
    d->log = NULL;
}
