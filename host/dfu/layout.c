// SPDX-License-Identifier: Apache-2.0
#include "host/dfu/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The address behind a run; this may exceed 32 bits.
static uint64_t end_of(const struct tn_dfu_run *r) {
    return r->addr + (uint64_t)r->page * r->count;
}

// A number that begins with a digit, of at most 32 bits.
static bool take_number(const char **p, int base, uint32_t *ret) {
    char *end;

    if (**p < '0' || **p > '9') {
        return false;
    }
    unsigned long long v = strtoull(*p, &end, base);
    *p = end;
    *ret = (uint32_t)v;
    return v <= UINT32_MAX;
}

// The letter that multiplies a size: some devices leave it out, others write a blank or B.
static uint32_t take_unit(const char **p) {
    static const char letters[] = " BKM";
    const char *found = **p ? strchr(letters, **p) : NULL;

    if (!found) {
        return 1;
    }
    ++*p;
    return *found == 'K' ? 1024 : *found == 'M' ? 1024 * 1024 : 1;
}

// COUNT*SIZE, unit and rights, at addr. Adds the run.
static bool take_run(const char **p, uint64_t addr, struct tn_dfu_layout *l) {
    uint32_t count, size;

    if (l->nruns == TN_DFU_RUNS || !take_number(p, 10, &count) || *(*p)++ != '*' ||
            !take_number(p, 10, &size)) {
        return false;
    }
    uint64_t page = (uint64_t)size * take_unit(p);
    if (**p < 'a' || **p > 'g' || page == 0 || page > UINT32_MAX || count == 0) {
        return false;
    }
    uint8_t rights = (uint8_t)(*(*p)++ & 7);
    struct tn_dfu_run *r = &l->runs[l->nruns++];
    *r = (struct tn_dfu_run){(uint32_t)addr, (uint32_t)page, count, rights};
    return page * count <= (uint64_t)UINT32_MAX + 1 - addr;
}

// An address, a slash, and its runs with commas between.
static bool take_group(const char **p, struct tn_dfu_layout *l) {
    uint32_t first;

    if (!take_number(p, 16, &first) || *(*p)++ != '/') {
        return false;
    }
    uint64_t addr = first;
    for (;;) {
        if (addr > UINT32_MAX || !take_run(p, addr, l)) {
            return false;
        }
        addr = end_of(&l->runs[l->nruns - 1]);
        if (**p != ',') {
            return true;
        }
        ++*p;
    }
}

bool tn_dfu_layout_get(const char *text, struct tn_dfu_layout *ret) {
    struct tn_dfu_layout l = {.nruns = 0};
    const char *p = strchr(text, '/');

    if (text[0] != '@' || !p) {
        return false;
    }
    size_t n = (size_t)(p - text) - 1;
    while (n && text[n] == ' ') {
        n--;
    }
    snprintf(l.name, sizeof(l.name), "%.*s", (int)n, text + 1);
    while (*p == '/') {
        p++;
        if (!take_group(&p, &l)) {
            return false;
        }
    }
    while (*p == ' ') {
        p++;
    }
    if (*p) {
        return false;
    }
    *ret = l;
    return true;
}

const struct tn_dfu_run *tn_dfu_layout_at(const struct tn_dfu_layout *l, uint32_t addr) {
    for (size_t i = 0; i < l->nruns; i++) {
        if (addr >= l->runs[i].addr && addr < end_of(&l->runs[i])) {
            return &l->runs[i];
        }
    }
    return NULL;
}

bool tn_dfu_layout_holds(
        const struct tn_dfu_layout *l, uint32_t addr, uint32_t len, uint8_t rights) {
    uint64_t at = addr;
    uint64_t end = at + len;

    while (at < end) {
        const struct tn_dfu_run *r = at <= UINT32_MAX ? tn_dfu_layout_at(l, (uint32_t)at) : NULL;
        if (!r || (r->rights & rights) != rights) {
            return false;
        }
        at = end_of(r);
    }
    return true;
}

uint32_t tn_dfu_layout_size(const struct tn_dfu_layout *l) {
    uint64_t at = l->nruns ? l->runs[0].addr : 0;
    uint64_t first = at;
    const struct tn_dfu_run *r;

    while (at <= UINT32_MAX && (r = tn_dfu_layout_at(l, (uint32_t)at)) != NULL) {
        at = end_of(r);
    }
    uint64_t size = l->nruns ? at - first : 0;
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}
