// SPDX-License-Identifier: Apache-2.0
#include "flash.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

// xorshift32 (Marsaglia 2003).
uint32_t chance(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static struct cut_flash *flash_of(const struct tn_flash *f) {
    return f->ctx;
}

static bool overlaps(const struct flash_mark *m, uint32_t off, uint32_t len) {
    return m->off < off + len && off < m->off + m->len;
}

static void drop_mark(struct cut_flash *f, uint32_t i) {
    f->marks[i] = f->marks[--f->nmarks];
}

static void add_mark(struct cut_flash *f, struct flash_mark mark) {
    if (f->nmarks == FLASH_MARKS) {
        f->violations++;  // no correct loader leaves so many torn places
        return;
    }
    f->marks[f->nmarks++] = mark;
}

// ---- The flash operations -----------------------------------------------------------------

static int flash_read(const struct tn_flash *flash, uint32_t off, void *buf, uint32_t len) {
    struct cut_flash *f = flash_of(flash);

    memcpy(buf, f->mem + off, len);
    for (uint32_t i = f->nmarks; i--;) {
        struct flash_mark *m = &f->marks[i];
        if (!overlaps(m, off, len)) {
            continue;
        }
        if (m->fault == FAULT_GONE) {
            return TN_EIO;
        }
        if (m->fault == FAULT_MARGINAL && --m->reads == 0) {
            uint8_t was = f->mem[m->off];
            f->mem[m->off] = m->value;
            m->value = was;
            m->fault = FAULT_TURNED;
        }
    }
    return 0;
}

static void begin_op(struct cut_flash *f, const struct flash_op *op) {
    if (f->on_op) {
        f->on_op(f, op);
    }
    f->ops++;
}

// True if this byte may be written: it reads as erased, or no loader could know that it does not.
static bool may_write(const struct cut_flash *f, uint32_t off) {
    bool known = true;

    for (uint32_t i = 0; i < f->nmarks; i++) {
        if (overlaps(&f->marks[i], off, 1)) {
            if (f->marks[i].fault == FAULT_GONE) {
                return false;
            }
            known = false;
        }
    }
    return f->mem[off] == f->flash.erased || !known;
}

// A write over a marginal byte makes it firm. A write over a turned byte adds bits.
static void write_byte(struct cut_flash *f, uint32_t off, uint8_t value) {
    f->violations += !may_write(f, off);
    for (uint32_t i = f->nmarks; i--;) {
        if (f->marks[i].fault == FAULT_MARGINAL && f->marks[i].off == off) {
            drop_mark(f, i);
        }
    }
    f->mem[off] = f->flash.erased ? f->mem[off] & value : f->mem[off] | value;
}

static int flash_prog(const struct tn_flash *flash, uint32_t off, const void *buf, uint32_t len) {
    struct cut_flash *f = flash_of(flash);
    struct flash_op op = {false, off, len, buf};

    begin_op(f, &op);
    f->violations += (off | len) % flash->prog_unit != 0;
    f->violations += f->is_secret && off >= f->secret_from && f->is_secret(buf, len);
    for (uint32_t i = 0; i < len; i++) {
        write_byte(f, off + i, op.buf[i]);
    }
    return 0;
}

// Size of the sector that begins at off; 0 if no sector begins there.
static uint32_t sector_at(const struct tn_flash *f, uint32_t off) {
    uint32_t start = 0;

    for (unsigned i = 0; i < f->nruns; i++) {
        uint32_t end = start + f->runs[i].sector_size * f->runs[i].count;
        if (off < end) {
            return (off - start) % f->runs[i].sector_size ? 0 : f->runs[i].sector_size;
        }
        start = end;
    }
    return 0;
}

// Drops the marks in an erased stretch. A mark never reaches over its end.
static void drop_marks(struct cut_flash *f, uint32_t off, uint32_t len) {
    for (uint32_t i = f->nmarks; i--;) {
        if (overlaps(&f->marks[i], off, len)) {
            drop_mark(f, i);
        }
    }
}

static int flash_erase(const struct tn_flash *flash, uint32_t off) {
    struct cut_flash *f = flash_of(flash);
    struct flash_op op = {true, off, sector_at(flash, off), NULL};

    begin_op(f, &op);
    f->violations += op.len == 0;
    drop_marks(f, off, op.len);
    memset(f->mem + off, flash->erased, op.len);
    return 0;
}

static const struct tn_flash_ops ops = {flash_read, flash_prog, flash_erase};

void flash_init(struct cut_flash *f, const struct tn_flash_run *runs, uint8_t nruns,
        uint16_t prog_unit, uint8_t erased) {
    memset(f, 0, sizeof(*f));
    memset(f->mem, erased, sizeof(f->mem));
    f->flash = (struct tn_flash){.ops = &ops,
            .runs = runs,
            .nruns = nruns,
            .erased = erased,
            .prog_unit = prog_unit,
            .ctx = f};
    for (unsigned i = 0; i < nruns; i++) {
        f->flash.size += runs[i].sector_size * runs[i].count;
    }
}

void flash_copy(struct cut_flash *f, const struct cut_flash *from) {
    memcpy(f->mem, from->mem, from->flash.size);
    memcpy(f->marks, from->marks, sizeof(f->marks));
    f->nmarks = from->nmarks;
    f->violations = from->violations;
    f->ops = 0;
}

// ---- Torn operations -----------------------------------------------------------------------

// A value between two others: some of the bits have changed.
static uint8_t between(uint8_t from, uint8_t to, uint32_t *seed) {
    return (uint8_t)(from ^ ((from ^ to) & chance(seed) >> 8));
}

// Makes one byte of this stretch marginal: it will turn back in part to its value before. The byte
// must differ from that value. False if no byte differs.
static bool weaken(
        struct cut_flash *f, uint32_t off, const uint8_t *before, uint32_t len, uint32_t *seed) {
    uint32_t first = chance(seed) % len;

    for (uint32_t i = 0; i < len; i++) {
        uint32_t at = (first + i) % len;
        uint8_t now = f->mem[off + at];
        if (now != before[at]) {
            uint8_t value = between(now, before[at], seed);
            value = value == now ? before[at] : value;
            uint8_t reads = (uint8_t)(1 + chance(seed) % 4);
            add_mark(f, (struct flash_mark){FAULT_MARGINAL, off + at, 1, reads, value});
            return true;
        }
    }
    return false;
}

static bool tear_prog(
        struct cut_flash *f, const struct flash_op *op, const struct cut *cut, uint32_t *seed) {
    uint32_t unit = f->flash.prog_unit;
    uint32_t done = cut->nth * unit;
    uint8_t before[TN_FLASH_UNIT_MAX];
    uint8_t *at = f->mem + op->off + done;

    memcpy(f->mem + op->off, op->buf, done);
    memcpy(before, at, unit);
    switch (cut->kind) {
    case CUT_BITS:
        for (uint32_t i = 0; i < unit; i++) {
            at[i] = between(at[i], op->buf[done + i], seed);
        }
        return memcmp(before, at, unit) != 0;
    case CUT_GONE:
        add_mark(f, (struct flash_mark){FAULT_GONE, op->off + done, unit, 0, 0});
        return true;
    case CUT_WEAK:
        memcpy(at, op->buf + done, unit);
        return weaken(f, op->off + done, before, unit, seed);
    case CUT_STALE:
        return weaken(f, op->off + done, op->buf + done, unit, seed);
    default:
        return cut->nth != 0;
    }
}

// Where a torn erase divides the sector. The first four variants: anywhere. The others: at the
// cells of a trailer, from the sector's end on.
static uint32_t part_of(
        const struct cut_flash *f, const struct flash_op *op, uint32_t nth, uint32_t *seed) {
    uint32_t unit = f->flash.prog_unit;
    uint32_t cell = unit < 8 ? 8 : unit;

    if (nth >= 4) {
        return op->len - tn_min(nth / 2 - 1, op->len / cell - 1) * cell;
    }
    return tn_max(chance(seed) % (op->len / unit), 1) * unit;
}

static bool tear_erase(
        struct cut_flash *f, const struct flash_op *op, const struct cut *cut, uint32_t *seed) {
    static uint8_t before[FLASH_MAX];
    uint8_t *at = f->mem + op->off;
    uint8_t erased = f->flash.erased;
    uint32_t part = part_of(f, op, cut->nth, seed);

    memcpy(before, at, op->len);
    if (cut->kind == CUT_PART) {
        uint32_t from = cut->nth % 2 ? part : 0;
        uint32_t len = cut->nth % 2 ? op->len - part : part;
        drop_marks(f, op->off + from, len);
        memset(at + from, erased, len);
        return true;
    }
    drop_marks(f, op->off, op->len);
    switch (cut->kind) {
    case CUT_BITS:
    case CUT_CHANCE:
        for (uint32_t i = 0; i < op->len; i++) {
            at[i] = cut->kind == CUT_BITS ? between(at[i], erased, seed)
                                          : (uint8_t)(chance(seed) >> 8);
        }
        return true;
    case CUT_GONE:
        memset(at, erased, op->len);
        add_mark(f, (struct flash_mark){FAULT_GONE, op->off, cut->nth ? part : op->len, 0, 0});
        return true;
    case CUT_WEAK:
        memset(at, erased, op->len);
        return weaken(f, op->off, before, op->len, seed);
    default:  // CUT_STALE
        memset(before, erased, op->len);
        return weaken(f, op->off, before, op->len, seed);
    }
}

bool flash_tear(
        struct cut_flash *f, const struct flash_op *op, const struct cut *cut, uint32_t seed) {
    if (cut->kind == CUT_BEFORE || cut->kind == CUT_AFTER) {
        return true;  // AFTER is only for the last operation, which was carried out
    }
    return op->is_erase ? tear_erase(f, op, cut, &seed) : tear_prog(f, op, cut, &seed);
}

bool flash_is_firm(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len) {
    for (uint32_t i = 0; i < f->nmarks; i++) {
        if (overlaps(&f->marks[i], off, len)) {
            return false;
        }
    }
    return !memcmp(f->mem + off, bytes, len);
}

// The byte as it was before it turned.
static bool turned_from(const struct cut_flash *f, uint32_t off, uint8_t byte) {
    for (uint32_t i = 0; i < f->nmarks; i++) {
        const struct flash_mark *m = &f->marks[i];
        if (m->fault == FAULT_TURNED && m->off == off && m->value == byte) {
            return true;
        }
    }
    return false;
}

bool flash_was(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        if (f->mem[off + i] != bytes[i] && !turned_from(f, off + i, bytes[i])) {
            return false;
        }
    }
    return true;
}
