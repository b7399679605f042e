// SPDX-License-Identifier: Apache-2.0
// Flash: its operations, whole and torn, and the rules of every chip. The registers that start an
// operation belong to the flash controller, a device of the chip.
#include <string.h>

#include "emu_priv.h"

bool tn_emu_is_code(const struct tn_emu *e, uint32_t off) {
    return off - e->chip->boot_off < e->code_size;
}

void tn_emu_sector_at(
        const struct tn_emu_chip *chip, uint32_t off, uint32_t *ret_begin, uint32_t *ret_size) {
    const struct tn_emu_sectors *s = chip->sectors;
    uint32_t begin = 0;

    while (off - begin >= s->size * s->count) {
        begin += s->size * s->count;
        s++;
    }
    *ret_begin = off - (off - begin) % s->size;
    *ret_size = s->size;
}

// Sets the number of writes of some units, which then have the right ECC.
static void set_writes(struct tn_emu *e, uint32_t off, uint32_t len, uint8_t writes) {
    for (uint32_t i = off / e->chip->unit; i < (off + len) / e->chip->unit; i++) {
        e->nbad -= e->writes[i] / TN_EMU_BAD;
        e->writes[i] = writes;
    }
}

static uint8_t writes_of(const struct tn_emu *e, uint32_t off) {
    return e->writes[off / e->chip->unit] & (TN_EMU_BAD - 1);
}

// The ECC of a unit is wrong, by chance.
static void spoil(struct tn_emu *e, uint32_t off, uint32_t *seed) {
    if (e->chip->ecc && (tn_emu_random(seed) & 1) &&
            !(e->writes[off / e->chip->unit] & TN_EMU_BAD)) {
        e->writes[off / e->chip->unit] |= TN_EMU_BAD;
        e->nbad++;
    }
}

// An operation of the external flash as its model has it.
static struct tn_emu_nor_op external(const struct tn_emu_op *op) {
    return (struct tn_emu_nor_op){op->is_erase, op->off, op->len, op->page};
}

void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op) {
    if (op->is_external) {
        if (op->is_erase) {
            memset(e->nor.bytes + op->off, 0xff, op->len);
        } else {
            memcpy(e->nor.bytes + op->off, op->page, op->len);
        }
        return;
    }
    e->code_changed |= tn_emu_is_code(e, op->off);
    if (op->is_erase) {
        memset(e->flash + op->off, 0xff, op->len);
        set_writes(e, op->off, op->len, 0);
    } else {
        memcpy(e->flash + op->off, op->data, op->len);
        set_writes(e, op->off, op->len, (uint8_t)(writes_of(e, op->off) + 1));
    }
}

void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed) {
    uint32_t unit = e->chip->unit;

    if (op->is_external) {
        struct tn_emu_nor_op nor = external(op);
        tn_emu_nor_tear(&e->nor, &nor, seed);
        return;
    }
    e->code_changed |= tn_emu_is_code(e, op->off);
    for (uint32_t i = 0; i < op->len; i += 4) {
        uint32_t was, goal;
        memcpy(&was, e->flash + op->off + i, 4);
        uint32_t chance = tn_emu_random(&seed) ^ tn_emu_random(&seed) << 16;
        uint32_t now = was | chance;
        if (!op->is_erase) {
            memcpy(&goal, op->data + i, 4);
            now = goal | (was & chance);
        }
        memcpy(e->flash + op->off + i, &now, 4);
    }
    if (op->is_erase) {  // also if torn: such an erase is repeated
        set_writes(e, op->off, op->len, 0);
    } else {
        set_writes(e, op->off, op->len, (uint8_t)(writes_of(e, op->off) + 1));
    }
    for (uint32_t i = 0; i < op->len; i += unit) {
        spoil(e, op->off + i, &seed);
    }
}

void tn_emu_flash_begin_call(struct tn_emu *e) {
    e->call_begins = true;
}

void tn_emu_flash_refuse(struct tn_emu *e) {
    e->violations++;
}

void tn_emu_refuse(struct tn_emu *e) {
    e->violations++;
}

// Calls on_op, then does the operation unless on_op has ended the run.
static bool operate(struct tn_emu *e, struct tn_emu_op *op) {
    tn_emu_worked(e);
    op->begins_call = e->call_begins;
    e->call_begins = false;
    if (e->on_op) {
        e->on_op(e, op);
    }
    if (!e->ended) {
        tn_emu_do(e, op);
    }
    return !e->ended;
}

bool tn_emu_flash_erase(struct tn_emu *e, uint32_t off) {
    struct tn_emu_op op = {.is_erase = true, .off = off};
    uint32_t begin = 0;

    if (off < e->chip->flash_size) {
        tn_emu_sector_at(e->chip, off, &begin, &op.len);
    }
    if (op.len == 0 || begin != off) {
        tn_emu_flash_refuse(e);
        return true;
    }
    bool goes_on = operate(e, &op);
    e->erases += goes_on;
    return goes_on;
}

bool tn_emu_flash_program(struct tn_emu *e, uint32_t off, const void *unit) {
    struct tn_emu_op op = {.off = off, .len = e->chip->unit};
    const uint8_t *bytes = unit;

    if (off % op.len != 0 || off >= e->chip->flash_size + e->chip->otp_size) {
        tn_emu_flash_refuse(e);
        return true;
    }
    for (uint32_t i = 0; i < op.len; i++) {
        op.data[i] = e->flash[off + i] & bytes[i];
    }
    e->violations += writes_of(e, off) >= e->chip->unit_writes;
    bool goes_on = operate(e, &op);
    e->units += goes_on;
    return goes_on;
}

// ---- The external flash ----------------------------------------------------------------------

// Each command is a call of its driver.
static bool on_external(void *ctx, const struct tn_emu_nor_op *nor) {
    struct tn_emu *e = ctx;
    struct tn_emu_op op = {.is_external = true,
            .is_erase = nor->is_erase,
            .begins_call = true,
            .off = nor->off,
            .len = nor->len,
            .page = nor->data};

    tn_emu_worked(e);
    if (e->on_op) {
        e->on_op(e, &op);
    }
    if (!e->ended) {
        *(op.is_erase ? &e->erases : &e->units) += 1;
    }
    return !e->ended;
}

void tn_emu_nor_end_command(struct tn_emu *e, struct tn_emu_nor *n) {
    uint32_t before = n->violations;

    tn_emu_nor_deselect(n, &e->nor, tn_emu_us(e), on_external, e);
    e->violations += n->violations - before;
    e->nor_commands = n->commands;
}
