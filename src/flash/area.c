// SPDX-License-Identifier: Apache-2.0
#include "flash/area.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    CHUNK = 64,  // bytes on the stack for comparing
};

// True if len bytes at off lie in the area, and both are multiples of unit, a power of two.
static bool fits(const struct tn_area *a, uint32_t off, uint32_t len, uint32_t unit) {
    return off <= a->size && len <= a->size - off && ((off | len) & (unit - 1)) == 0;
}

int tn_area_read(const struct tn_area *a, uint32_t off, void *buf, uint32_t len) {
    if (!fits(a, off, len, 1)) {
        return TN_ERANGE;
    }
    return a->flash->ops->read(a->flash, a->off + off, buf, len);
}

int tn_area_prog(const struct tn_area *a, uint32_t off, const void *buf, uint32_t len) {
    if (!fits(a, off, len, a->flash->prog_unit)) {
        return TN_ERANGE;
    }
    return a->flash->ops->prog(a->flash, a->off + off, buf, len);
}

int tn_area_put(const struct tn_area *a, uint32_t off, const void *buf, uint32_t len) {
    uint8_t units[TN_FLASH_UNIT_MAX];
    uint32_t lead = off & (a->flash->prog_unit - 1u);
    uint32_t whole = tn_round_up(lead + len, a->flash->prog_unit);

    if (whole > sizeof(units)) {
        return TN_ERANGE;
    }
    memset(units, a->flash->erased, whole);
    memcpy(units + lead, buf, len);
    return tn_area_prog(a, off - lead, units, whole);
}

int tn_area_sector(const struct tn_area *a, uint32_t off, struct tn_sector *ret) {
    const struct tn_flash_run *run = a->flash->runs;
    uint32_t left = a->off + off;  // offset from the start of the run
    uint32_t start = left;         // of the sector that holds off

    if (off >= a->size) {
        return TN_ERANGE;
    }
    for (unsigned i = a->flash->nruns; i; i--, run++) {
        uint32_t size = run->sector_size * run->count;
        if (left < size) {
            // Subtracts: at most a few hundred rounds, and no division is linked.
            while (left >= run->sector_size) {
                left -= run->sector_size;
            }
            ret->off = start - left - a->off;
            ret->size = run->sector_size;
            return 0;
        }
        left -= size;
    }
    return TN_ERANGE;
}

int tn_area_erase(const struct tn_area *a, uint32_t off, struct tn_sector *ret) {
    // A sector that starts before the area belongs to another area.
    if (tn_area_sector(a, off, ret) || ret->off > off || ret->size > a->size - ret->off) {
        return TN_ERANGE;
    }
    return a->flash->ops->erase(a->flash, a->off + ret->off);
}

// Compares len bytes with those of b; if b is NULL, with the erased value.
static bool is_same(const struct tn_area *a, uint32_t a_off, const struct tn_area *b,
        uint32_t b_off, uint32_t len) {
    uint8_t x[CHUNK];
    uint8_t y[CHUNK];

    memset(y, a->flash->erased, sizeof(y));
    while (len) {
        uint32_t n = tn_min(len, CHUNK);
        if (tn_area_read(a, a_off, x, n) || (b && tn_area_read(b, b_off, y, n)) ||
                memcmp(x, y, n)) {
            return false;
        }
        a_off += n;
        b_off += n;
        len -= n;
    }
    return true;
}

bool tn_area_is_erased(const struct tn_area *a, uint32_t off, uint32_t len) {
    return is_same(a, off, NULL, 0, len);
}

bool tn_area_is_equal(const struct tn_area *a, uint32_t a_off, const struct tn_area *b,
        uint32_t b_off, uint32_t len) {
    return is_same(a, a_off, b, b_off, len);
}
