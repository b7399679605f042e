// SPDX-License-Identifier: Apache-2.0
// A device on the flash that stores cuts: a geometry, one image or several, each under a strategy
// and in three versions, and the work of a loader and an application on them.
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
    bool nested;          // cut a second time while the loader repairs the first cut
    bool real;            // repeat some of the cuts with P-256
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

struct lineup;

// Why a geometry cannot have these strategies; NULL if it can.
const char *refusal(const struct geometry *g, const struct lineup *lineup);

// The old image, the new one and a later one: letters O, N and X.
enum {
    IMAGES = 3,
    SECRETS_KEY_TLV = 28,  // bytes at the end of an encrypted image: its wrapped key
    MEMBERS = 3,           // images of a device
};

// The images of a device: their number, and the strategy of each by its number.
struct lineup {
    unsigned n;
    uint8_t strategy[MEMBERS];
    bool needs;  // each new image needs the new one behind it, the last one the first one
};

struct image {
    uint8_t bytes[FLASH_MAX];
    uint32_t len;
};

// One image of a device.
struct member {
    struct tn_slots slots;
    const struct image *images;  // IMAGES, in the form that runs
    const struct image *stored;  // in the form that lies elsewhere; the same, or encrypted
    enum tn_place ran;           // where the image that the last boot started lies
};

struct rig {
    struct cut_flash f;
    struct tn_flash_run runs[RUNS_MAX];
    struct tn_flash internal;  // of all areas but the spare slots, if these are in f alone
    unsigned n;
    struct member m[MEMBERS];
    struct tn_ram_window ram;
    uint8_t ram_mem[RAM_SIZE];
    const struct tn_secrets *secrets;  // NULL: images are not encrypted
    uint32_t spare_from;               // offset behind the primary slots
    const struct tn_trust *trust;
};

// Makes an erased device. The caller sets f's hook and images. Several images are for geometries
// with sectors of one size; they share the scratch area.
void rig_init(struct rig *r, const struct geometry *g, const struct lineup *lineup);

// The same for one image.
void rig_init_one(struct rig *r, const struct geometry *g, unsigned strategy);

// Writes an image to a place of this member as a programmer would, in the form that it has there.
void rig_place(struct rig *r, const struct member *m, enum tn_place place, unsigned image);

// Powers on and boots. Returns the letter of the image that runs; R: recovery; ?: another image; !:
// the loader hangs; %: some members have this one, others that one.
char rig_boot(struct rig *r);

// Carries out one act of an application or a server, by its letter (stories.h), on each member.
// Returns 0 or an error.
int rig_act(struct rig *r, char act);

// True if this whole image lies in this place, and no byte of it will turn.
bool rig_holds(const struct rig *r, const struct member *m, enum tn_place place, unsigned image);

#endif
