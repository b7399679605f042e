// SPDX-License-Identifier: Apache-2.0
// The tables of a chip of serial NOR flash, with any bytes: reading them ends, and what they say
// can be used: the driver opens the chip or refuses it, and breaks no rule of a chip that obeys
// the standard commands.
#include "emu/core/nor.h"
#include "fuzz.h"
#include "spinor/sfdp.h"
#include "spinor/spinor.h"

enum {
    SIZE = 1 << 16,
    SECTOR = 4096,
};

static uint8_t memory[SIZE];
static struct tn_emu_nor_chip chip;
static struct tn_emu_nor state;
static uint64_t now_us;
static unsigned reads;

static void select_chip(bool on) {
    if (!on) {
        tn_emu_nor_deselect(&state, &chip, now_us, NULL, NULL);
    }
}

static void transfer(const uint8_t *out, uint8_t *in, uint32_t len) {
    PROMISE(len && len <= TN_SPINOR_TRANSFER_MAX);
    for (uint32_t i = 0; i < len; i++) {
        uint8_t got = tn_emu_nor_exchange(&state, &chip, ++now_us, out ? out[i] : 0xff);
        if (in) {
            in[i] = got;
        }
    }
}

static uint32_t now_ms(void) {
    now_us += 100;
    return (uint32_t)(now_us / 1000);
}

static int read_table(void *ctx, uint32_t addr, void *buf, uint32_t len) {
    uint8_t *to = buf;

    PROMISE(++reads <= 300 && addr < 1 << 24 && len <= 64);
    for (uint32_t i = 0; i < len; i++) {
        to[i] = ((const uint8_t *)ctx)[(addr + i) % TN_EMU_NOR_SFDP];
    }
    return 0;
}

static void check(const struct tn_sfdp *d) {
    bool has_erase = false;

    PROMISE(d->size && d->size % SECTOR == 0);
    PROMISE(d->page && d->page <= 256 && (d->page & (d->page - 1)) == 0);
    PROMISE(d->address <= TN_SFDP_ADDRESS_4);
    for (unsigned i = 0; i < TN_SFDP_ERASES; i++) {
        const struct tn_sfdp_erase *e = &d->erase[i];
        PROMISE(e->size <= d->size && (e->size & (e->size - 1)) == 0);
        PROMISE(!e->size || (e->command != 0 && e->command != 0xff));
        PROMISE(e->command4 != 0xff);
        has_erase |= e->size != 0;
    }
    PROMISE(has_erase);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct tn_spinor_bus bus = {NULL, select_chip, transfer, now_ms, NULL};
    static const struct tn_flash_run runs[] = {{SECTOR, SIZE / SECTOR}};
    struct fuzz_in in = {data, size};
    uint8_t tables[TN_EMU_NOR_SFDP] = {0};
    struct tn_spinor driver = {.bus = &bus};
    const struct tn_flash flash = {&tn_spinor_ops, runs, 1, 0xff, 1, 0, false, SIZE, &driver};
    struct tn_sfdp d;
    uint8_t buf[300] = {1, 2, 3};

    fuzz_take(&in, tables, sizeof(tables));
    reads = 0;
    if (!tn_sfdp_get(read_table, tables, &d)) {
        check(&d);
    }
    chip = (struct tn_emu_nor_chip){.bytes = memory, .len = SIZE, .sfdp = tables};
    state = (struct tn_emu_nor){0};
    now_us = 0;
    if (!tn_spinor_open(&flash)) {
        PROMISE(driver.page && driver.block && SECTOR % driver.block == 0);
        flash.ops->erase(&flash, SECTOR);
        flash.ops->prog(&flash, 100, buf, sizeof(buf));
        flash.ops->read(&flash, 100, buf, sizeof(buf));
    }
    PROMISE(now_us < 60000000);
    return 0;
}
