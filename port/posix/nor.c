// SPDX-License-Identifier: Apache-2.0
#include "nor.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

// xorshift32 (Marsaglia 2003): the same seed tears the same bits.
static uint32_t chance(struct tn_nor *n) {
    n->seed ^= n->seed << 13;
    n->seed ^= n->seed >> 17;
    n->seed ^= n->seed << 5;
    return n->seed;
}

static struct tn_nor *nor_of(const struct tn_flash *f) {
    return f->ctx;
}

// Counts an operation. Returns true if it is the one that loses power.
static bool begins_cut(struct tn_nor *n) {
    n->ops++;
    return n->ops == n->cut_at;
}

static int lose_power(struct tn_nor *n) {
    n->dead = true;
    if (n->on_cut) {
        n->on_cut(n);
    }
    return TN_EIO;
}

static int read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    struct tn_nor *n = nor_of(f);

    if (n->dead) {
        return TN_EIO;
    }
    memcpy(buf, n->mem + off, len);
    return 0;
}

// Bits move away from the erased value only.
static void prog_byte(struct tn_nor *n, uint32_t at, uint8_t v) {
    uint8_t old = n->mem[at];
    uint8_t now = n->flash.erased ? old & v : old | v;

    n->violations += now != v;
    n->mem[at] = now;
}

// Some whole units, then some of the bits that one more would change.
static void tear_prog(struct tn_nor *n, uint32_t off, const uint8_t *buf, uint32_t len) {
    uint32_t unit = n->flash.prog_unit;
    uint32_t whole = chance(n) % (len / unit) * unit;

    for (uint32_t i = 0; i < whole; i++) {
        prog_byte(n, off + i, buf[i]);
    }
    for (uint32_t i = whole; i < whole + unit; i++) {
        uint8_t changes = (uint8_t)(n->mem[off + i] ^ buf[i]);
        n->mem[off + i] ^= (uint8_t)(changes & chance(n) >> 8);
    }
}

static int prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    struct tn_nor *n = nor_of(f);
    const uint8_t *p = buf;

    if (n->dead) {
        return TN_EIO;
    }
    bool cut = begins_cut(n);
    if (cut && n->cut != TN_NOR_CUT_AFTER) {
        if (n->cut == TN_NOR_CUT_TORN) {
            tear_prog(n, off, p, len);
        }
        return lose_power(n);
    }
    n->violations += (off | len) % f->prog_unit != 0;
    n->units += len / f->prog_unit;
    for (uint32_t i = 0; i < len; i++) {
        prog_byte(n, off + i, p[i]);
    }
    return cut ? lose_power(n) : 0;
}

// Size of the sector that begins at off; 0 if none does.
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

static int erase(const struct tn_flash *f, uint32_t off) {
    struct tn_nor *n = nor_of(f);
    uint32_t size = sector_at(f, off);

    if (n->dead) {
        return TN_EIO;
    }
    bool cut = begins_cut(n);
    if (cut && n->cut == TN_NOR_CUT_BEFORE) {
        return lose_power(n);
    }
    n->violations += size == 0;
    n->erases++;
    memset(n->mem + off, f->erased, size);
    for (uint32_t i = 0; cut && n->cut == TN_NOR_CUT_TORN && i < size; i++) {
        n->mem[off + i] = (uint8_t)(chance(n) >> 8);
    }
    if (cut) {
        return lose_power(n);
    }
    if (n->on_erase) {
        n->on_erase(n);
    }
    return 0;
}

static const struct tn_flash_ops ops = {read, prog, erase};

void tn_nor_init(struct tn_nor *n, uint8_t *mem, const struct tn_flash_run *runs, uint8_t nruns,
        uint16_t prog_unit, uint8_t erased) {
    memset(n, 0, sizeof(*n));
    n->mem = mem;
    n->seed = 1;
    n->flash.ops = &ops;
    n->flash.runs = runs;
    n->flash.nruns = nruns;
    n->flash.erased = erased;
    n->flash.prog_unit = prog_unit;
    n->flash.ctx = n;
    for (unsigned i = 0; i < nruns; i++) {
        n->flash.size += runs[i].sector_size * runs[i].count;
    }
}

void tn_nor_power_on(struct tn_nor *n) {
    n->dead = false;
    n->cut_at = 0;
    n->ops = n->erases = n->units = 0;
}
