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

void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op) {
    uint32_t unit = e->chip->unit;

    e->code_changed |= tn_emu_is_code(e, op->off);
    if (op->is_erase) {
        memset(e->flash + op->off, 0xff, op->len);
        memset(e->writes + op->off / unit, 0, op->len / unit);
    } else {
        memcpy(e->flash + op->off, op->data, op->len);
        e->writes[op->off / unit]++;
    }
}

void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed) {
    uint32_t unit = e->chip->unit;

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
        memset(e->writes + op->off / unit, 0, op->len / unit);
    } else {
        e->writes[op->off / unit]++;
    }
}

void tn_emu_flash_begin_call(struct tn_emu *e) {
    e->call_begins = true;
}

void tn_emu_flash_refuse(struct tn_emu *e) {
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

    if (off % op.len != 0 || off >= e->chip->flash_size) {
        tn_emu_flash_refuse(e);
        return true;
    }
    for (uint32_t i = 0; i < op.len; i++) {
        op.data[i] = e->flash[off + i] & bytes[i];
    }
    e->violations += e->writes[off / op.len] >= e->chip->unit_writes;
    bool goes_on = operate(e, &op);
    e->units += goes_on;
    return goes_on;
}
