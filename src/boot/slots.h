// SPDX-License-Identifier: Apache-2.0
// The two slots of one image, and the layout of images and trailers in them.
//
// Knows areas and where images lie in them. Knows no step of any strategy (boot/strategy.h): an
// application links layouts only.
#ifndef TN_BOOT_SLOTS_H
#define TN_BOOT_SLOTS_H

#include "base/compiler.h"
#include "image/source.h"

TN_C_BEGIN

enum tn_slot {
    TN_PRIMARY = 0,    // where images run
    TN_SECONDARY = 1,  // the spare slot
    TN_SCRATCH = 2,    // room for a few sectors, where the strategy asks for it
    TN_AREAS,
};

// Where an image can be.
enum tn_place {
    TN_RUNNING,    // in the primary slot
    TN_CANDIDATE,  // in the spare slot, where an upload puts it
    TN_PREVIOUS,   // at the beginning of the spare slot, where a swap leaves the old image
    TN_PLACES,
    TN_PLACE_STAGED = TN_PLACES,  // where the strategy puts an image together: scratch, RAM
    TN_PLACE_COUNT,
};

struct tn_slots;

// Where a strategy keeps images and what its trailers hold: all that an application needs of it. A
// const row. Offsets are within the spare slot, in bytes.
struct tn_layout {
    uint8_t mode;     // MCUboot's number of the strategy, as the os group reports it (Zephyr SMP
                      // protocol, os group, bootloader information)
    uint8_t records;  // status records per sector in the trailer
    uint8_t cells;    // of the trailer, below its magic: enum tn_cell, the last one
    uint8_t mark;     // enum tn_cell: marks a revert in the spare slot's trailer; 0: no cell does
    bool reverts;     // an image that is not confirmed is reverted
    uint8_t allow;    // header flags that images may have here: struct tn_image_src
    uint32_t (*candidate_off)(const struct tn_slots *s);
    uint32_t (*max_image)(const struct tn_slots *s);  // bytes, TLVs included; 0: slots do not fit
    // Checks what else the header of an image of len bytes must say: 0, or an error. NULL: nothing.
    int (*check)(const struct tn_slots *s, const struct tn_image_hdr *h, uint32_t len);
};

// MCUboot's swap using offset: the candidate lies one sector in. Both slots have sectors of
// one size; the spare slot has as many as the primary, or one more.
extern const struct tn_layout tn_layout_swap_offset;

// MCUboot's swap using move: the running image moves up by a sector first. Sectors of one size;
// the primary slot has as many as the spare one, or one more.
extern const struct tn_layout tn_layout_swap_move;

// MCUboot's swap using scratch: for slots of one size whose sectors are not. The largest sector
// fits the scratch area.
extern const struct tn_layout tn_layout_swap_scratch;

// The candidate is copied over the running image, which is lost.
extern const struct tn_layout tn_layout_overwrite_only;

// Images run where they are. Both slots are linked for: images say so by ROM_FIXED. With revert,
// trailers count: an image that was requested runs once and has to confirm itself.
extern const struct tn_layout tn_layout_direct_xip;
extern const struct tn_layout tn_layout_direct_xip_revert;

// Images are copied to RAM and run there.
extern const struct tn_layout tn_layout_ram_load;

// One slot. The spare slot's area is of size 0.
extern const struct tn_layout tn_layout_single_slot;

// Where images may be copied to, for RAM load: not the loader's own memory.
struct tn_ram_window {
    uint8_t *mem;
    uint32_t addr;  // mem's, for the core
    uint32_t size;
    // private
    uint32_t off;   // of the image that was loaded last
    uint8_t place;  // it came from, + 1; 0: none was
};

// Const on a chip.
struct tn_slots {
    struct tn_area area[TN_AREAS];  // enum tn_slot
    const struct tn_layout *layout;
    uint32_t addr[2];  // where the image in a slot runs, for the core; 0: nothing is linked for it.
                       // Where images are swapped or copied, both are the primary slot's.
    struct tn_ram_window *ram;  // for RAM load, else NULL
    const uint8_t *magic;  // of trailers, 16 bytes: tn_trailer_magic(max_align); NULL: that of 8
    uint16_t max_sectors;  // imgtool's --max-sectors: the trailer's places depend on it
    uint16_t max_align;    // MCUboot's BOOT_MAX_ALIGN, 8 to 512: size of a flag's cell; 0: 8
    // Bytes of a trailer's cell for an image's key, whole units of max_align; there are two, for
    // the strategies that swap (doc/reference/mcuboot.md section 5). 0: none.
    uint16_t key_cell;
    uint16_t image;  // number of the image, where there are several: 0 to 15
    // Encrypted images, where the loader decrypts them (boot/encrypted.h): TN_IMAGE_ENCRYPTED, the
    // header flags to accept; 0: none.
    uint32_t encrypted;
    bool plain_keys;  // the cells hold keys in clear: MCUboot without SWAP_SAVE_ENCTLV
};

// The largest image, TLVs included, that can be installed and reverted.
static inline uint32_t tn_slots_max_image(const struct tn_slots *s) {
    return s->layout->max_image(s);
}

// The slot that a place is in.
static inline enum tn_slot tn_place_slot(enum tn_place place) {
    return place == TN_RUNNING ? TN_PRIMARY : TN_SECONDARY;
}

// For direct-XIP, where images run from either slot: the slots as the program sees them that runs
// from `running`. That slot is the primary slot then, and updates go to the other one. A program
// that the loader has started from the spare slot (the hand-over says so) gives its service these.
void tn_slots_seen_from(const struct tn_slots *s, enum tn_slot running, struct tn_slots *ret);

// Bytes of a sector of the primary slot, where all are of one size.
uint32_t tn_slots_sector(const struct tn_slots *s);

// Where an image in this place would be; not for TN_PLACE_STAGED (tn_boot_source). Its limit is
// where the trailer begins or, for a candidate, the largest image. ret->area points into s.
void tn_slots_source(const struct tn_slots *s, enum tn_place place, struct tn_image_src *ret);

TN_C_END

#endif
