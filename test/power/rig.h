// SPDX-License-Identifier: Apache-2.0
// A device on the flash that remembers cuts: a geometry under a strategy, three images, what a
// loader and an application do with them.
#ifndef TN_TEST_POWER_RIG_H
#define TN_TEST_POWER_RIG_H

#include "boot/slots.h"
#include "flash.h"
#include "image/trust.h"

enum {
    RUNS_MAX = 8,
    RAM_SIZE = 8 * 1024,
    RAM_ADDR = 0x20000000,
};

// Sectors of both slots and scratch. Either all of one size, so many in a slot: the slots then get
// what the strategy asks for; or as the runs say.
struct geometry {
    const char *name;
    uint16_t unit;
    uint8_t erased;
    uint32_t sector;   // 0: see runs
    uint32_t sectors;  // in a slot
    uint32_t scratch;  // sectors in the scratch area
    struct tn_flash_run runs[RUNS_MAX];
    uint32_t slot_size;
    bool nested;  // cut a second time while the first cut is repaired
    bool real;    // some of the cuts once more with P-256
};

extern const struct geometry geometries[];
extern const size_t ngeometries;

// Strategies, for sets of them.
enum {
    OFFSET = 1 << 0,
    MOVE = 1 << 1,
    SCRATCH = 1 << 2,
    OVERWRITE = 1 << 3,
    XIP = 1 << 4,
    XIP_REVERT = 1 << 5,
    RAM_LOAD = 1 << 6,
    SINGLE = 1 << 7,
    SWAPS = OFFSET | MOVE | SCRATCH,
    STRATEGIES = 8,
};

// The nth bit's name.
const char *strategy_name(unsigned nth);

// Why a geometry cannot have this strategy; NULL if it can.
const char *refusal(const struct geometry *g, unsigned nth);

// Old, new and a later one: the letters O, N and X.
enum {
    IMAGES = 3,
};

struct image {
    uint8_t bytes[FLASH_MAX];
    uint32_t len;
};

struct rig {
    struct cut_flash f;
    struct tn_flash_run runs[RUNS_MAX];
    struct tn_slots slots;
    struct tn_ram_window ram;
    uint8_t ram_mem[RAM_SIZE];
    const struct image *images;  // IMAGES
    enum tn_place ran;           // where the image lies that the last boot runs
    const struct tn_trust *trust;
};

// An erased device. f's hook and images are the caller's to set.
void rig_init(struct rig *r, const struct geometry *g, unsigned strategy);

// Puts bytes into a place, as a programmer would.
void rig_place(struct rig *r, enum tn_place place, const struct image *img);

// Power on, and boot. The letter of the image that runs; R: recovery; ?: what runs is none of
// them; !: the loader hangs.
char rig_boot(struct rig *r);

// One thing that an application or a server does, by its letter (stories.h). 0 or an error.
int rig_act(struct rig *r, char act);

// True if this image lies whole and firm in this place.
bool rig_holds(const struct rig *r, enum tn_place place, unsigned image);

#endif
