// SPDX-License-Identifier: Apache-2.0
// A NOR flash in memory that remembers how an operation was torn.
//
// Beside bytes it has places that cannot be read, as a word whose ECC does not fit, and marginal
// bytes: they read right a few times, then as something else. An erase ends both. Rule: what is
// written reads as erased, or is a byte that nobody could know. Who breaks it is counted. Before
// each operation somebody may look, and go on from a copy in which it is torn.
#ifndef TN_TEST_POWER_FLASH_H
#define TN_TEST_POWER_FLASH_H

#include "flash/flash.h"

enum {
    FLASH_MAX = 32 * 1024,
    FLASH_MARKS = 8,
};

// An erase or a program operation that is about to happen.
struct flash_op {
    bool is_erase;
    uint32_t off;
    uint32_t len;
    const uint8_t *buf;  // NULL for an erase
};

// What the operation that loses power leaves behind. A program operation is cut within its nth
// unit: those below are written, those above are not.
enum cut_kind {
    CUT_BEFORE,  // nothing of it
    CUT_AT,      // between two units
    CUT_BITS,    // some bits of the unit; of an erase: of each byte
    CUT_GONE,    // the unit cannot be read; an erase, nth 0: all of the sector, else a part of it
    CUT_WEAK,    // all looks as if it were done, but for a byte that will not stay so
    CUT_STALE,   // all looks as if it were not begun, but for a byte that will not stay so
    CUT_PART,    // of an erase: the beginning of the sector is erased, nth even, or its end
    CUT_CHANCE,  // of an erase: anything
    CUT_AFTER,   // all of it
    CUT_KINDS,
};

struct cut {
    uint32_t op;  // number of the operation since power on, from 0 on
    enum cut_kind kind;
    uint32_t nth;  // unit; of an erase: variant
};

// A place that is not as it should be, until it is erased.
enum flash_fault {
    FAULT_GONE,      // cannot be read
    FAULT_MARGINAL,  // a byte that will turn into value after so many reads
    FAULT_TURNED,    // that did; value is what it was
};

struct flash_mark {
    enum flash_fault fault;
    uint32_t off;
    uint32_t len;
    uint8_t reads;
    uint8_t value;
};

struct cut_flash {
    struct tn_flash flash;  // what areas use
    uint32_t ops;
    uint32_t violations;
    void (*on_op)(struct cut_flash *f, const struct flash_op *op);
    void *ctx;
    uint32_t nmarks;
    struct flash_mark marks[FLASH_MARKS];
    uint8_t mem[FLASH_MAX];
};

// An erased flash. runs live as long as f.
void flash_init(struct cut_flash *f, const struct tn_flash_run *runs, uint8_t nruns,
        uint16_t prog_unit, uint8_t erased);

// What from holds, with its marks; power is on, counts are 0.
void flash_copy(struct cut_flash *f, const struct cut_flash *from);

// Does to f what the cut leaves of an operation that is about to happen. False if this cut leaves
// nothing else than others do. seed: of what is left to chance.
bool flash_tear(
        struct cut_flash *f, const struct flash_op *op, const struct cut *cut, uint32_t seed);

// True if these are the bytes there, all can be read, and all will stay.
bool flash_is_firm(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len);

// True if these are the bytes there, or were when they were read.
bool flash_was(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len);

// The next of a series of numbers; not 0.
uint32_t chance(uint32_t *seed);

#endif
