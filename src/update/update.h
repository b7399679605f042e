// SPDX-License-Identifier: Apache-2.0
// The one writer behind every way an image can arrive: where the next chunk goes, what is
// erased ahead of it, whether what arrived is whole, and marking it for the next boot.
//
// Knows slots and images. Does not know who sends the bytes. One job at a time: an upload, a
// mark or an erase; a new job ends the one before. Nothing here lasts longer than one flash
// operation, the hash of 256 bytes or one signature: the rest is done by tn_update_step.
#ifndef TN_UPDATE_UPDATE_H
#define TN_UPDATE_UPDATE_H

#include "base/bytes.h"
#include "boot/mark.h"
#include "boot/slots.h"
#include "image/verify.h"

// Where an upload goes: by the numbers that a loader's clients give (SPEC.md).
enum tn_target {
    TN_TO_FREE = 0,     // the spare slot, or the primary one while that holds nothing genuine
    TN_TO_PRIMARY = 1,  // the primary slot, whatever it holds: a loader's only
    TN_TO_SPARE = 2,    // the spare slot
};

// The job that is under way. It stands first in struct tn_update, since a Cortex-M0 reaches bytes
// only near a struct's beginning.
struct tn_update_job {
    uint8_t stage;
    uint8_t next;   // the stage behind an erase or a check
    uint8_t place;  // enum tn_place of the target, once chosen
    uint8_t mark;   // enum tn_swap_type
    bool session;   // an upload that further chunks may continue
    bool match;
    bool has_sha;      // the uploader told it
    uint8_t target;    // enum tn_target
    uint32_t running;  // TN_GENUINE: the primary slot's image was verified for this upload
    int error;         // of the job that ended
    uint32_t len;      // of the upload
    uint32_t flushed;  // bytes of it that are in flash: whole units
    uint32_t fill;     // bytes of it that are in buf
    uint32_t erased;   // up to this offset of the slot everything is erased
    uint32_t end;      // of the range that is being erased
    uint32_t hashed;
    uint32_t noted;  // from here on flushed is to be noted; 0: never
};

// Set what stands between the two parts that are private, the rest to 0.
struct tn_update {
    struct tn_update_job job;  // private

    const struct tn_slots *slots;
    const struct tn_trust *trust;  // for TO_FREE and marks; its hash for uploads
    uint8_t *buf;                  // holds a chunk on its way to the flash
    uint32_t size;                 // of buf: a chunk and one prog_unit at least
    // Called before each step, and in its place if it returns TN_MORE and not 0. NULL: an upload
    // does not outlive a reset (update/journal.h).
    int (*note)(struct tn_update *u);
    struct tn_journal *journal;
    // The device's rules about images (update/admit.h). Called before anything is erased, with the
    // upload's header, and with NULL when all of it is in flash: 0, or why the image is refused.
    // NULL: there is no rule.
    int (*admit)(struct tn_update *u, const struct tn_image_hdr *hdr);
    const struct tn_admit *rules;
    // Each upload begins with a look whether the primary slot's image is genuine, which TO_FREE
    // does always: for a rule that asks job.running. Not 0: yes.
    uint32_t needs_running;

    // private
    struct tn_image_src src;  // what is at hand: the target, or before it the running image
    uint8_t sha[TN_HASH_LEN];
    union {
        struct tn_hash hash;
        struct tn_verify verify;
    };
};

// Begins an upload of len bytes. sha: SHA-256 of all of them; one that is shorter than 32 bytes
// counts as none. If an upload of the same len and sha is under way, it goes on.
//
// Returns 0; 1 if it goes on; TN_EHEADER if len cannot be an image, TN_ESIZE if it cannot be
// installed, TN_ENOSLOT while the spare slot is needed for a revert. An image that its header rules
// out there is refused by the steps that follow, before anything is erased: as tn_image_check,
// TN_EMAGIC, TN_EHEADER, or what admit says.
int tn_update_begin(
        struct tn_update *u, enum tn_target target, uint32_t len, const struct tn_span *sha);

// Takes the bytes at tn_update_off; the upload's first ones with the whole header. Only when
// nothing is waiting (tn_update_waits). Returns how many it took: fewer if buf is full.
// TN_ESTATE if no upload is under way, TN_EOVERRUN beyond its end.
int tn_update_write(struct tn_update *u, const uint8_t *data, size_t len);

// Verifies the image in a place and asks the next boot for it (tn_boot_request). A trust without
// algorithms leaves the signature to the loader. TN_SWAP_NONE verifies and asks for nothing.
void tn_update_mark(struct tn_update *u, enum tn_place place, enum tn_swap_type type);

// Erases a slot. TN_ENOSLOT while it is needed for a revert.
int tn_update_erase(struct tn_update *u, enum tn_slot slot);

// Does the next piece of the job. TN_MORE, or 0 if there is nothing to do.
int tn_update_step(struct tn_update *u);

// True while the answer to the last call has to wait for steps: a chunk is not yet in flash,
// the flash would stop the core in the middle of the next chunk, the last check is under way.
bool tn_update_waits(const struct tn_update *u);

// The next byte that is wanted: 0 if no upload is under way, its length if all is there.
static inline uint32_t tn_update_off(const struct tn_update *u) {
    return u->job.session ? u->job.flushed + u->job.fill : 0;
}

// True if an upload is under way, or was the last job and ended well.
static inline bool tn_update_is_open(const struct tn_update *u) {
    return u->job.session;
}

// Is there a job under way, an upload that waits for its next chunk among them?
static inline bool tn_update_is_busy(const struct tn_update *u) {
    return u->job.stage != 0;
}

// For a journal: does it take data, and nothing else? Of the data, off bytes are in flash already,
// and up to the offset erased of the slot everything behind them is erased.
bool tn_update_is_receiving(const struct tn_update *u);
void tn_update_go_on(struct tn_update *u, uint32_t off, uint32_t erased);

// The upload's bytes are all there, and are what sha promised.
static inline bool tn_update_matches(const struct tn_update *u) {
    return u->job.match;
}

// How the last job ended: 0, or why not: as tn_verify_error and tn_boot_request; TN_EHASH if an
// upload is not what its sha or its own hash says. Tells an error once.
int tn_update_take_error(struct tn_update *u);

#endif
