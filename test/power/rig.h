// SPDX-License-Identifier: Apache-2.0
// A device on the flash that stores cuts: a geometry under a strategy, three images, and the work
// of a loader and an application on them.
#ifndef TN_TEST_POWER_RIG_H
#define TN_TEST_POWER_RIG_H

#include "boot/slots.h"
#include "flash.h"
#include "image/decrypt.h"
#include "image/trust.h"

enum {
    RUNS_MAX = 8,
    RAM_SIZE = 8 * 1024,
    RAM_ADDR = 0x20000000,
};

// Sectors of both slots and scratch. If all have one size, sectors gives the number in a slot, and
// the slots get what the strategy needs. Else runs describes them.
struct geometry {
    const char *name;
    uint16_t unit;
    uint8_t erased;
    uint32_t sector;   // 0: runs describes them
    uint32_t sectors;  // number in a slot
    uint32_t scratch;  // sectors in the scratch area
    struct tn_flash_run runs[RUNS_MAX];
    uint32_t slot_size;
    uint16_t spare_unit;  // the spare slot is in another device with this write unit, at most the
                          // other one; 0: in the same
    bool nested;  // cut a second time while the loader repairs the first cut
    bool real;    // repeat some of the cuts with P-256
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

// The name of the nth bit.
const char *strategy_name(unsigned nth);

// Why a geometry cannot have this strategy; NULL if it can.
const char *refusal(const struct geometry *g, unsigned nth);

// The old image, the new one and a later one: letters O, N and X.
enum {
    IMAGES = 3,
    SECRETS_KEY_TLV = 28,  // bytes at the end of an encrypted image: its wrapped key
};

struct image {
    uint8_t bytes[FLASH_MAX];
    uint32_t len;
};

struct rig {
    struct cut_flash f;
    struct tn_flash_run runs[RUNS_MAX];
    struct tn_flash internal;  // of the other areas, if the spare slot is in f alone; f has the bytes
    struct tn_slots slots;
    struct tn_ram_window ram;
    uint8_t ram_mem[RAM_SIZE];
    const struct image *images;        // IMAGES, in the form that runs
    const struct image *stored;        // in the form that lies elsewhere; the same, or encrypted
    const struct tn_secrets *secrets;  // NULL: images are not encrypted
    enum tn_place ran;                 // where the image that the last boot started lies
    const struct tn_trust *trust;
};

// Makes an erased device. The caller sets f's hook and images.
void rig_init(struct rig *r, const struct geometry *g, unsigned strategy);

// Writes an image to a place as a programmer would, in the form that it has there.
void rig_place(struct rig *r, enum tn_place place, unsigned image);

// Powers on and boots. Returns the letter of the image that runs; R: recovery; ?: another image; !:
// the loader hangs.
char rig_boot(struct rig *r);

// Carries out one act of an application or a server, by its letter (stories.h). Returns 0 or an
// error.
int rig_act(struct rig *r, char act);

// True if this whole image lies in this place, and no byte of it will turn.
bool rig_holds(const struct rig *r, enum tn_place place, unsigned image);

#endif
