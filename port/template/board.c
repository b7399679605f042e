// SPDX-License-Identifier: Apache-2.0
// A board that does nothing yet. Copy this file, fill in what it says, and see PORTING.md.
//
// It builds with the host, so that what a port has to give cannot change unnoticed.
#include "board.h"

#include <string.h>

#include "base/err.h"

// ---- Flash: your controller's registers, with the manual's section in a comment --------------

// Memory-mapped flash: memcpy from its address. TN_EIO where a word cannot be read.
static int flash_read(const struct tn_flash *f, uint32_t off, void *buf, uint32_t len) {
    (void)f, (void)off;
    memset(buf, 0, len);
    return TN_EIO;
}

// Unlock, program unit by unit (buf may be unaligned), lock; look at the error flags.
static int flash_prog(const struct tn_flash *f, uint32_t off, const void *buf, uint32_t len) {
    (void)f, (void)off, (void)buf, (void)len;
    return TN_EIO;
}

// Erase the one sector that begins at off.
static int flash_erase(const struct tn_flash *f, uint32_t off) {
    (void)f, (void)off;
    return TN_EIO;
}

static const struct tn_flash_ops flash_ops = {flash_read, flash_prog, flash_erase};
static const struct tn_flash_run flash_runs[] = {{.sector_size = 4096, .count = 256}};
static const struct tn_flash flash = {
        .ops = &flash_ops,
        .runs = flash_runs,
        .nruns = 1,
        .size = 4096 * 256,
        .prog_unit = 4,
        .erased = 0xff,
        .erase_ms = 90,
        .stalls_cpu = true,
};

// ---- Slots: data ------------------------------------------------------------------------------

// Loader 48 KiB, primary 112 sectors, spare slot one more, six reserved: see PORTING.md.
static const struct tn_slots slots = {
        .area = {{&flash, 0xc000, 112 * 4096}, {&flash, 0xc000 + 112 * 4096, 113 * 4096}},
        .layout = &tn_layout_swap_offset,
        .addr = {0xc000, 0xc000},
        .max_sectors = 113,
        .max_align = 8,
};

// ---- Serial line ------------------------------------------------------------------------------

static size_t serial_read(void *ctx, void *buf, size_t size) {
    (void)ctx, (void)buf, (void)size;
    return 0;
}

static size_t serial_write(void *ctx, const void *buf, size_t len) {
    (void)ctx, (void)buf;
    return len;
}

static const struct tn_stream serial = {serial_read, serial_write, NULL};

// ---- Memory that survives a reset: a no-init section, the same in loader and application --------

static uint8_t retained[TN_REQUEST_LEN + TN_HANDOVER_LEN];

static void load(const struct tn_retained *r, void *buf, size_t len) {
    memcpy(buf, r->ctx, len);
}

static void store(const struct tn_retained *r, const void *buf, size_t len) {
    memcpy(r->ctx, buf, len);
}

static const struct tn_retained request = {load, store, retained};
static const struct tn_retained handover = {load, store, retained + TN_REQUEST_LEN};

// ---- The rest -----------------------------------------------------------------------------------

static uint32_t now_ms(void) {
    return 0;
}

static enum tn_reset_cause cause(void) {
    return TN_RESET_UNKNOWN;
}

static void reset(void) {
    for (;;) {
    }
}

static void run(uint32_t addr) {
    (void)addr;
}

const struct tn_board tn_board = {
        .name = "template",
        .processor = "none",
        .slots = &slots,
        .serial = &serial,
        .request = &request,
        .handover = &handover,
        .now_ms = now_ms,
        .cause = cause,
        .reset = reset,
        .run = run,
};

const struct tn_strategy *const tn_board_strategy = &tn_swap_offset;
