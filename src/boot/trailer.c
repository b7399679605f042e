// SPDX-License-Identifier: Apache-2.0
#include "boot/trailer.h"

#include <string.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
    DEFAULT_ALIGN = 8,
    FLAG_SET = 0x01,
};

static const uint8_t magic_8[TN_MAGIC_LEN] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35,
        0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};

static uint32_t align_of(const struct tn_slots *s) {
    return s->max_align ? s->max_align : DEFAULT_ALIGN;
}

static uint32_t unit_of(const struct tn_slots *s) {
    return s->area[TN_PRIMARY].flash->prog_unit;
}

static const uint8_t *magic_of(const struct tn_slots *s) {
    return s->magic ? s->magic : magic_8;
}

// Offset of a cell in its slot.
static uint32_t cell_off(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell) {
    uint32_t align = align_of(s);
    // The swap's size is the last cell, whether there are cells between or not.
    uint32_t nth = cell == TN_CELL_SWAP_SIZE ? s->layout->cells : (uint32_t)cell;

    return s->area[slot].size - tn_round_up(TN_MAGIC_LEN, align) - nth * align;
}

uint32_t tn_trailer_off(const struct tn_slots *s, enum tn_slot slot) {
    return cell_off(s, slot, TN_CELL_SWAP_SIZE) - 2u * s->key_cell -
            (uint32_t)s->max_sectors * s->layout->records * unit_of(s);
}

uint32_t tn_trailer_size(const struct tn_slots *s) {
    return s->area[TN_PRIMARY].size - tn_trailer_off(s, TN_PRIMARY);
}

static uint8_t read_magic(const struct tn_slots *s, enum tn_slot slot) {
    uint8_t got[TN_MAGIC_LEN];
    const struct tn_area *a = &s->area[slot];
    uint32_t off = a->size - TN_MAGIC_LEN;

    if (tn_area_is_erased(a, off, TN_MAGIC_LEN)) {
        return TN_MAGIC_UNSET;
    }
    return tn_area_read(a, off, got, TN_MAGIC_LEN) || memcmp(got, magic_of(s), TN_MAGIC_LEN)
            ? TN_MAGIC_BAD
            : TN_MAGIC_GOOD;
}

// The first byte of a cell; -1 if it cannot be read.
static int read_cell(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell) {
    uint8_t v;

    return tn_area_read(&s->area[slot], cell_off(s, slot, cell), &v, 1) ? -1 : v;
}

static uint8_t read_flag(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell) {
    int got = read_cell(s, slot, cell);

    if (got == FLAG_SET) {
        return TN_FLAG_SET;
    }
    return got == s->area[slot].flash->erased ? TN_FLAG_UNSET : TN_FLAG_BAD;
}

bool tn_trailer_is_fresh(const struct tn_slots *s, enum tn_slot slot) {
    uint32_t off = cell_off(s, slot, TN_CELL_SWAP_INFO);

    return tn_area_is_erased(&s->area[slot], off, s->area[slot].size - off);
}

void tn_trailer_read(const struct tn_slots *s, enum tn_slot slot, struct tn_trailer *ret) {
    // Above the type stands the image's number: with another one, no type remains.
    uint32_t type = (uint32_t)read_cell(s, slot, TN_CELL_SWAP_INFO) ^ (uint32_t)s->image << 4;

    ret->type = (uint8_t)(type >= TN_SWAP_TEST && type <= TN_SWAP_REVERT ? type : TN_SWAP_NONE);
    ret->magic = read_magic(s, slot);
    ret->image_ok = read_flag(s, slot, TN_CELL_IMAGE_OK);
    ret->copy_done = read_flag(s, slot, TN_CELL_COPY_DONE);
}

int tn_trailer_get(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell, uint32_t *ret) {
    uint8_t raw[4] = {0};
    int err = tn_area_read(&s->area[slot], cell_off(s, slot, cell), raw, sizeof(raw));

    *ret = tn_get_le32(raw);
    return err;
}

int tn_trailer_put(const struct tn_slots *s, enum tn_slot slot, enum tn_cell cell, uint32_t value) {
    uint8_t raw[4];

    if (cell < TN_CELL_SWAP_INFO && read_flag(s, slot, cell) != TN_FLAG_UNSET) {
        return 0;
    }
    if (cell == TN_CELL_SWAP_INFO) {
        value |= (uint32_t)s->image << 4;
    }
    tn_put_le32(raw, value);
    return tn_area_put(&s->area[slot], cell_off(s, slot, cell), raw,
            cell < TN_CELL_TLV_SIZES ? 1 : sizeof(raw));
}

int tn_trailer_put_magic(const struct tn_slots *s, enum tn_slot slot) {
    const struct tn_area *a = &s->area[slot];

    return tn_area_put(a, a->size - TN_MAGIC_LEN, magic_of(s), TN_MAGIC_LEN);
}

static uint32_t record_off(const struct tn_slots *s, uint32_t number) {
    return tn_trailer_off(s, TN_PRIMARY) + number * unit_of(s);
}

// A torn record counts: it was begun when what it stands for was done.
bool tn_trailer_has_record(const struct tn_slots *s, uint32_t number) {
    const struct tn_area *a = &s->area[TN_PRIMARY];
    uint32_t off = record_off(s, number);

    return off < a->size && !tn_area_is_erased(a, off, a->flash->prog_unit);
}

int tn_trailer_put_record(const struct tn_slots *s, uint32_t number, uint8_t value) {
    return tn_area_put(&s->area[TN_PRIMARY], record_off(s, number), &value, 1);
}

int tn_trailer_erase(const struct tn_slots *s, enum tn_slot slot, uint32_t *pos) {
    const struct tn_area *a = &s->area[slot];
    struct tn_sector sector;

    if (!*pos) {
        *pos = a->size;
    }
    int rc = tn_area_erase(a, *pos - 1, &sector);
    if (rc) {
        return rc;
    }
    bool more = sector.off > tn_trailer_off(s, slot);
    *pos = more ? sector.off : 0;
    return more ? TN_MORE : 0;
}
