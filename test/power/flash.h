// SPDX-License-Identifier: Apache-2.0
// A NOR flash in memory that stores how an operation was torn.
//
// Beside bytes it has unreadable places, like a word whose ECC does not match, and marginal bytes:
// these read correctly a few times, then differently. An erase removes both. Rule: a write may only
// go to bytes that read as erased, or whose state no loader could know. The flash counts
// violations. Before each operation a hook may look, and continue from a copy in which the
// operation is torn.
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

// What an operation that loses power leaves behind. A program operation is cut within its nth unit:
// the units below are written, the units above are not.
enum cut_kind {
    CUT_BEFORE,  // nothing is done
    CUT_AT,      // between two units
    CUT_BITS,    // some bits of the unit changed; of an erase: some bits of each byte
    CUT_GONE,    // the unit cannot be read; of an erase, nth 0: the whole sector, else a part of it
    CUT_WEAK,    // all looks done, but one byte will turn back
    CUT_STALE,   // all looks untouched, but one byte will turn
    CUT_PART,    // of an erase: the beginning of the sector is erased, nth even, or its end
    CUT_CHANCE,  // of an erase: random bytes
    CUT_AFTER,   // everything is done
    CUT_KINDS,
};

struct cut {
    uint32_t op;  // number of the operation since power on; the first is 0
    enum cut_kind kind;
    uint32_t nth;  // unit; of an erase: variant
};

// A place with a fault, until it is erased.
enum flash_fault {
    FAULT_GONE,      // cannot be read
    FAULT_MARGINAL,  // a byte that will turn into value after this many reads
    FAULT_TURNED,    // a byte that has turned; value is its old value
};

struct flash_mark {
    enum flash_fault fault;
    uint32_t off;
    uint32_t len;
    uint8_t reads;
    uint8_t value;
};

struct cut_flash {
    struct tn_flash flash;  // for areas
    uint32_t ops;
    uint32_t violations;
    void (*on_op)(struct cut_flash *f, const struct flash_op *op);
    void *ctx;
    // Bytes that must not be written from this offset on, which counts as a violation. NULL: none.
    bool (*is_secret)(const uint8_t *bytes, uint32_t len);
    uint32_t secret_from;
    uint32_t nmarks;
    struct flash_mark marks[FLASH_MARKS];
    uint8_t mem[FLASH_MAX];
};

// Makes an erased flash. runs live as long as f.
void flash_init(struct cut_flash *f, const struct tn_flash_run *runs, uint8_t nruns,
        uint16_t prog_unit, uint8_t erased);

// Copies the bytes and marks of from. Power is on, counts are 0.
void flash_copy(struct cut_flash *f, const struct cut_flash *from);

// Changes f to what the cut leaves of an operation that is about to happen. False if another cut
// leaves the same. seed: for random choices.
bool flash_tear(
        struct cut_flash *f, const struct flash_op *op, const struct cut *cut, uint32_t seed);

// True if the flash holds these bytes, can read all of them, and none will turn.
bool flash_is_firm(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len);

// True if the flash holds these bytes, or held them when they were read.
bool flash_was(const struct cut_flash *f, uint32_t off, const uint8_t *bytes, uint32_t len);

// The next number of a pseudorandom series; never 0.
uint32_t chance(uint32_t *seed);

#endif
