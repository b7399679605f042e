// SPDX-License-Identifier: Apache-2.0
// DfuSe: block 0 carries commands, and block n from 2 on the bytes at pointer + (n - 2) * transfer
// size. Source: ST AN3156, sections 4 (download), 5 (upload) and their command tables.
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "host/dfu/client_priv.h"

enum {
    SET_ADDRESS = 0x21,
    ERASE = 0x41,
    COMMAND = 0,  // block
    FIRST = 2,
    LAST = UINT16_MAX,
};

// ---- Commands --------------------------------------------------------------------------

// len 1: the command alone; 5: with an address.
static int command(struct tn_dfu_client *d, uint8_t code, size_t len, uint32_t addr,
        const char *what, struct tn_fault *f) {
    uint8_t p[5] = {code};

    tn_put_le32(p + 1, addr);
    if (tn_dfu_client_send(d, COMMAND, p, len, what, f)) {
        return -1;
    }
    int state = tn_dfu_client_settle(d, false, what, f);
    return state == TN_DFU_DNLOAD_IDLE ? 0
            : state < 0                ? -1
                                       : tn_dfu_client_wrong_state(d, state, what, f);
}

static int set_address(struct tn_dfu_client *d, uint32_t addr, struct tn_fault *f) {
    char what[48];

    snprintf(what, sizeof(what), "the address 0x%08x", (unsigned)addr);
    return command(d, SET_ADDRESS, 5, addr, what, f);
}

int tn_dfuse_mass_erase(struct tn_dfu_client *d, struct tn_fault *f) {
    return command(d, ERASE, 1, 0, "the erase of all its memory", f) || tn_dfu_client_abort(d, f)
            ? -1
            : 0;
}

// ---- Download --------------------------------------------------------------------------

int tn_dfuse_check(const struct tn_dfu_client *d, const struct tn_segments *s, struct tn_fault *f) {
    for (size_t i = 0; d->has_layout && i < s->n; i++) {
        uint32_t addr = s->list[i].addr;
        uint32_t len = (uint32_t)s->list[i].bytes.len;
        if (!tn_dfu_layout_holds(&d->layout, addr, len, TN_DFU_WRITABLE)) {
            const struct tn_dfu_run *first = d->layout.nruns ? &d->layout.runs[0] : NULL;
            return tn_fail(f, TN_FAULT_ADDRESS,
                    "%s: the file has bytes from 0x%08x to 0x%08x, and the device's memory \"%s\" "
                    "(from 0x%08x) does not take all of them; was it built for this device? Its "
                    "memories: tenon devices",
                    d->name, (unsigned)addr, (unsigned)(addr + len - 1), d->layout.name,
                    first ? (unsigned)first->addr : 0u);
        }
    }
    return 0;
}

// Erases the pages of len bytes from addr on. Pages that this session has erased are not erased
// again, since segments ascend and two of them may share a page.
static int erase(struct tn_dfu_client *d, uint32_t addr, size_t len, struct tn_fault *f) {
    uint64_t at = addr;
    uint64_t end = at + len;

    while (d->has_layout && at < end) {
        const struct tn_dfu_run *r = tn_dfu_layout_at(&d->layout, (uint32_t)at);
        if (!r) {
            return 0;  // tn_dfuse_check has looked
        }
        uint64_t page = r->addr + (at - r->addr) / r->page * (uint64_t)r->page;
        bool is_erased = page >= d->erased_from && page < d->erased_to;
        char what[56];
        snprintf(what, sizeof(what), "the erase of the page at 0x%08x", (unsigned)page);
        if (r->rights & TN_DFU_ERASABLE && !is_erased &&
                command(d, ERASE, 5, (uint32_t)page, what, f)) {
            return -1;
        }
        at = page + r->page;
        if (!is_erased) {
            d->erased_from = page == d->erased_to ? d->erased_from : (uint32_t)page;
            d->erased_to = at;
        }
    }
    return 0;
}

// Writes one run of bytes. The pointer is set again where block numbers end.
static int write_run(struct tn_dfu_client *d, const struct tn_segment *g, size_t done, size_t size,
        struct tn_fault *f) {
    uint32_t block = LAST + 1;

    for (size_t at = 0; at < g->bytes.len; block++) {
        uint32_t addr = g->addr + (uint32_t)at;
        size_t n = tn_min((uint32_t)(g->bytes.len - at), d->transfer);
        char what[48];
        snprintf(what, sizeof(what), "the bytes at 0x%08x", (unsigned)addr);
        if (block > LAST) {
            if (set_address(d, addr, f)) {
                return -1;
            }
            block = FIRST;
        }
        if (tn_dfu_client_send(d, (uint16_t)block, g->bytes.p + at, n, what, f)) {
            return -1;
        }
        int state = tn_dfu_client_settle(d, false, what, f);
        if (state != TN_DFU_DNLOAD_IDLE) {
            return state < 0 ? -1 : tn_dfu_client_wrong_state(d, state, what, f);
        }
        at += n;
        if (d->progress) {
            d->progress(d->ctx, done + at, size);
        }
    }
    return 0;
}

int tn_dfuse_download(struct tn_dfu_client *d, const struct tn_segments *s, struct tn_fault *f) {
    size_t size = 0;
    size_t done = 0;

    if (tn_dfuse_check(d, s, f)) {
        return -1;
    }
    for (size_t i = 0; i < s->n; i++) {
        size += s->list[i].bytes.len;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (erase(d, s->list[i].addr, s->list[i].bytes.len, f)) {
            return -1;
        }
    }
    for (size_t i = 0; i < s->n; i++) {
        if (write_run(d, &s->list[i], done, size, f)) {
            return -1;
        }
        done += s->list[i].bytes.len;
    }
    return 0;
}

int tn_dfuse_leave(struct tn_dfu_client *d, uint32_t addr, struct tn_fault *f) {
    if (set_address(d, addr, f) || tn_dfu_client_send(d, FIRST, NULL, 0, "the end", f)) {
        return -1;
    }
    int state = tn_dfu_client_settle(d, true, "the firmware", f);
    if (state < 0) {
        return -1;
    }
    // Also a device that is back in dfuIDLE leaves, a moment later. One that never leaves is found
    // out by whoever waits for its application.
    return state == TN_DFU_GONE ? TN_DFU_LEFT : TN_DFU_STAYS;
}

// ---- Upload ----------------------------------------------------------------------------

// Reads on from *at, by block numbers that do not end. *ret_ended: the device had no more.
static int read_run(struct tn_dfu_client *d, uint32_t addr, uint8_t *bytes, size_t len, size_t *at,
        bool *ret_ended, struct tn_fault *f) {
    uint32_t block = FIRST;

    *ret_ended = false;
    if (set_address(d, addr + (uint32_t)*at, f) || tn_dfu_client_abort(d, f)) {
        return -1;
    }
    while (*at < len && block <= LAST && !*ret_ended) {
        uint8_t copy[TN_DFU_BLOCK_MAX];
        int n = tn_dfu_client_receive(d, (uint16_t)block++, copy, d->transfer, "to be read", f);
        if (n < 0) {
            return -1;
        }
        size_t got = tn_min((uint32_t)n, (uint32_t)(len - *at));
        memcpy(bytes + *at, copy, got);
        *at += got;
        *ret_ended = n < d->transfer;
        if (d->progress) {
            d->progress(d->ctx, *at, len);
        }
    }
    return *ret_ended ? 0 : tn_dfu_client_abort(d, f);
}

int tn_dfuse_upload(struct tn_dfu_client *d, uint32_t addr, uint8_t *bytes, size_t len,
        size_t *ret_len, struct tn_fault *f) {
    size_t at = 0;
    bool ended = false;

    while (at < len && !ended) {
        if (read_run(d, addr, bytes, len, &at, &ended, f)) {
            return -1;
        }
    }
    *ret_len = at;
    return 0;
}
