// SPDX-License-Identifier: Apache-2.0
// A NOR flash in memory that keeps a real one's rules and can lose power at any operation.
//
// Programming only writes bits that are not yet written; erasing works by the sector; what is
// misaligned or breaks a rule is counted. Its bytes are the caller's: an array, or a mapped
// file. Used by the simulated device and by the tests.
#ifndef TN_PORT_POSIX_NOR_H
#define TN_PORT_POSIX_NOR_H

#include "flash/flash.h"

// What the operation that loses power leaves behind.
enum tn_nor_cut {
    TN_NOR_CUT_BEFORE,  // nothing of it
    TN_NOR_CUT_TORN,    // prog: some units, then some bits of one; erase: chance
    TN_NOR_CUT_AFTER,   // all of it
};

struct tn_nor {
    struct tn_flash flash;  // what areas use; made by tn_nor_init
    uint8_t *mem;

    // Power is lost at this operation (the first is 1; 0: never). From then on every
    // operation fails, as if the core stood still, until tn_nor_power_on.
    uint32_t cut_at;
    enum tn_nor_cut cut;
    uint32_t seed;  // of the chance in torn operations
    bool dead;

    // Called where not NULL: at a cut (it may end the process), and for each erase (it may
    // take its time).
    void (*on_cut)(struct tn_nor *n);
    void (*on_erase)(struct tn_nor *n);
    void *ctx;

    // Counts since power on.
    uint32_t ops;  // erases and calls of prog
    uint32_t erases;
    uint32_t units;       // programmed
    uint32_t violations;  // of a NOR's rules: 0, or somebody is wrong
};

// mem holds the sum of all runs. runs live as long as n. Nothing of mem is touched.
void tn_nor_init(struct tn_nor *n, uint8_t *mem, const struct tn_flash_run *runs, uint8_t nruns,
        uint16_t prog_unit, uint8_t erased);

// Power is back: no further cut, counts at 0.
void tn_nor_power_on(struct tn_nor *n);

#endif
