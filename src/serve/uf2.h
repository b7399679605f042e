// SPDX-License-Identifier: Apache-2.0
// What a USB drive means: a .uf2 file that a host copies to it updates the device.
//
// Joins the drive (usb/drive.h), the blocks (link/uf2.h) and the update (update/scatter.h). Knows
// no USB. The image goes to the spare slot, whatever slot 0 holds. Blocks come in any order, mixed
// with blocks of other files that the host writes; those are dropped. The host's write of the last
// block ends when the image is verified and requested: a copy that succeeds is an installation.
//
// A UF2 file for this drive has one family, 256 bytes of data in each block, and the addresses of
// slot 0 without gaps: `tenon sign` writes it.
#ifndef TN_SERVE_UF2_H
#define TN_SERVE_UF2_H

#include "base/compiler.h"
#include "link/uf2.h"
#include "update/scatter.h"
#include "usb/drive.h"

TN_C_BEGIN

enum {
    TN_UF2_ABSENT_MS = 1000,  // after a refusal: so hosts read the drive again
    TN_UF2_QUIET_MS = 1000,   // after an installation: the host may end its own writes
    TN_UF2_LEAVE_MS = 10000,  // it has so long at most
};

enum tn_uf2_medium {
    TN_UF2_THERE,
    TN_UF2_GONE,
    TN_UF2_CHANGED,  // there, with other contents than before
};

// Set what stands before "private", the rest to 0.
struct tn_serve_uf2 {
    struct tn_scatter scatter;  // set its update and seen
    uint32_t family;            // of the chip, by uf2families.json
    const char *board;          // its name, for INFO_UF2.TXT
    const char *version;        // of the loader
    uint8_t mark;               // enum tn_swap_type: TN_SWAP_TEST, or TN_SWAP_PERM
    void (*leave)(void *ctx);   // the image is installed: resets the device
    void *ctx;                  // for leave
    // private
    uint8_t stage;
    bool is_new;        // what the drive shows has changed
    bool is_touched;    // since the last step
    uint32_t blocks;    // of UF2 files, so far
    uint32_t since_ms;  // the last access, or the refusal
    uint32_t done_ms;
    const char *why;  // the last refusal; NULL: none
};

// Fills buf with a block of the drive, below TN_DRIVE_BLOCKS. False: the drive is gone.
bool tn_serve_uf2_read(struct tn_serve_uf2 *u, uint32_t block, uint8_t buf[TN_DRIVE_BLOCK]);

// A host writes this block. Returns 1: it has; 0: not yet, call again with the same block (each
// call does one step of the work); TN_EINVAL: the file is refused, and FAILED.TXT tells why.
int tn_serve_uf2_write(struct tn_serve_uf2 *u, uint32_t block, const uint8_t data[TN_DRIVE_BLOCK]);

// What the drive answers when a host asks whether it is ready. CHANGED is answered once.
enum tn_uf2_medium tn_serve_uf2_medium(struct tn_serve_uf2 *u);

// The host ejects the drive. After an installation, the device need not wait any longer.
void tn_serve_uf2_eject(struct tn_serve_uf2 *u);

// Does the next step of the work. Call it in a loop. TN_MORE, or 0.
int tn_serve_uf2_step(struct tn_serve_uf2 *u, uint32_t now_ms);

// The blocks of UF2 files that have come so far.
static inline uint32_t tn_serve_uf2_count(const struct tn_serve_uf2 *u) {
    return u->blocks;
}

TN_C_END

#endif
