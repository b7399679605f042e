// SPDX-License-Identifier: Apache-2.0
// Writes images to slots for every kind of upload: chooses the place of each chunk, erases ahead of
// it, checks the complete image, and marks it for the next boot.
//
// Knows slots and images. Does not know who sends the bytes. One job at a time: an upload, a mark
// or an erase; a new job ends the one before. No call takes longer than one flash operation, the
// hash of 256 bytes or the check of one signature; tn_update_step does the rest.
#ifndef TN_UPDATE_UPDATE_H
#define TN_UPDATE_UPDATE_H

#include "base/bytes.h"
#include "base/compiler.h"
#include "boot/mark.h"
#include "boot/slots.h"
#include "image/verify.h"

TN_C_BEGIN

struct tn_secrets;
struct tn_decrypted;

// The target of an upload, by the numbers that a loader's clients send (SPEC.md).
enum tn_target {
    TN_TO_FREE = 0,     // the spare slot; or the primary slot if it holds no genuine image
    TN_TO_PRIMARY = 1,  // the primary slot, whatever it holds; in a loader only
    TN_TO_SPARE = 2,    // the spare slot
};

// The job under way. It is the first member of struct tn_update, since a Cortex-M0 reaches bytes
// only near a struct's beginning.
struct tn_update_job {
    uint8_t stage;
    uint8_t next;   // the stage after an erase or a check
    uint8_t place;  // enum tn_place of the target, once chosen
    uint8_t mark;   // enum tn_swap_type
    bool session;   // an upload that further chunks may continue
    bool match;
    bool has_sha;      // the uploader sent it
    uint8_t target;    // enum tn_target
    uint32_t running;  // TN_GENUINE: the primary slot's image was verified for this upload
    int error;         // of the job that ended
    uint32_t len;      // of the upload
    uint32_t flushed;  // bytes of it that are in flash: whole write units
    uint32_t fill;     // bytes of it that are in buf
    uint32_t erased;   // the slot is erased up to this offset
    uint32_t end;      // of the range that is being erased
    uint32_t hashed;
    uint32_t noted;  // the offset of flushed from which note is due; 0: never
};

// private: the bytes being read or written, the running image first, then the target.
struct tn_update_at {
    struct tn_image_src src;  // the same member as the first of struct tn_verify
    struct tn_hash hash;
};

// Set what is not private, the rest to 0. Optional parts keep their state behind the private
// members, so that these are near to the beginning.
struct tn_update {
    struct tn_update_job job;  // private
    uint32_t jobs;             // private: how many have begun

    const struct tn_slots *slots;
    const struct tn_trust *trust;  // for TO_FREE and marks; its hash for uploads
    uint8_t *buf;                  // buffers a chunk until it is programmed
    uint32_t size;                 // of buf: at least a chunk and one prog_unit
    // Called before each step. If it returns TN_MORE, it replaces the step. NULL: an upload does
    // not survive a reset (update/journal.h).
    int (*note)(struct tn_update *u);
    // The device's rules about images (update/admit.h). Called with the upload's header before
    // anything is erased, and with NULL when the whole upload is in flash. Returns 0, or why the
    // image is refused. NULL: no rules.
    int (*admit)(struct tn_update *u, const struct tn_image_hdr *hdr);
    // Called in place of tn_verify_begin(&u->verify, u->trust, hash_only), where slots->encrypted
    // allows encrypted images. NULL: it does not (update/sealed.h has two that do it).
    void (*open)(struct tn_update *u, bool hash_only);
    // Not 0: each upload first verifies the primary slot's image, for a rule that needs
    // job.running. An upload to TO_FREE always does.
    uint32_t needs_running;

    union {  // private
        struct tn_update_at at;
        struct tn_verify verify;
    };
    uint8_t sha[TN_HASH_LEN];  // private: of the upload's file, if job.has_sha

    struct tn_journal *journal;        // of note
    const struct tn_admit *rules;      // of admit
    const struct tn_secrets *secrets;  // of open
    struct tn_decrypted *decrypted;    // of open
};

// Starts an upload of len bytes. sha: SHA-256 of all of them; shorter than 32 bytes: none. If an
// upload of the same len and sha is under way, continues it.
//
// Returns 0; 1 if it continues an upload; TN_EHEADER if len is too small for an image; TN_ESIZE if
// an image of len cannot be installed; TN_ENOSLOT while a revert needs the spare slot. Later steps
// check the header and refuse an image before anything is erased: as tn_image_check, TN_EMAGIC,
// TN_EHEADER, or the result of admit.
int tn_update_begin(
        struct tn_update *u, enum tn_target target, uint32_t len, const struct tn_span *sha);

// Sets the length of the upload under way to a larger one, before the end of the first is written:
// for a sender that does not say how much it sends (serve/file.h). TN_ESTATE if no upload is under
// way, TN_ESIZE if an image of len cannot be installed.
int tn_update_extend(struct tn_update *u, uint32_t len);

// Accepts the bytes at tn_update_off. The first call passes the whole header. Call it only when
// tn_update_waits is false. Returns how many bytes it accepted: fewer if buf is full. TN_ESTATE if
// no upload is under way, TN_EOVERRUN beyond its end.
int tn_update_write(struct tn_update *u, const uint8_t *data, size_t len);

// Verifies the image in a place, then requests it for the next boot (tn_boot_request). TN_SWAP_NONE
// only verifies. With a trust without algorithms, the loader alone checks the signature.
void tn_update_mark(struct tn_update *u, enum tn_place place, enum tn_swap_type type);

// Erases a slot. TN_ENOSLOT while a revert needs it.
int tn_update_erase(struct tn_update *u, enum tn_slot slot);

// Does the next step of the job. TN_MORE, or 0 if there is nothing to do.
int tn_update_step(struct tn_update *u);

// True while the answer to the last call must wait for steps: a chunk is not yet in flash, the
// flash would stop the core in the middle of the next chunk, or the last check is under way.
bool tn_update_waits(const struct tn_update *u);

// The next byte that is expected: 0 if no upload is under way, its length if all bytes have
// arrived.
static inline uint32_t tn_update_off(const struct tn_update *u) {
    return u->job.session ? u->job.flushed + u->job.fill : 0;
}

// True if an upload is under way, or was the last job and succeeded.
static inline bool tn_update_is_open(const struct tn_update *u) {
    return u->job.session;
}

// True if a job is under way, even an upload that waits for its next chunk.
static inline bool tn_update_is_busy(const struct tn_update *u) {
    return u->job.stage != 0;
}

// The number of the last job. Another one: somebody else's job has ended the caller's.
static inline uint32_t tn_update_job(const struct tn_update *u) {
    return u->jobs;
}

// Works on another image's slots from now on. An upload under way ends. Call it only when
// tn_update_waits is false.
void tn_update_use(struct tn_update *u, const struct tn_slots *slots);

// For a journal. is_receiving: true if the job waits for data and does nothing else. go_on: off
// bytes of the data are in flash already, and the slot is erased from there up to the offset
// erased.
bool tn_update_is_receiving(const struct tn_update *u);
void tn_update_go_on(struct tn_update *u, uint32_t off, uint32_t erased);

// The place that the last job wrote to, or would have; known once the first step after the first
// chunk is done.
static inline enum tn_place tn_update_place(const struct tn_update *u) {
    return (enum tn_place)u->job.place;
}

// About how long the erases that are due take, in ms; 0 if none is.
uint32_t tn_update_erase_ms(const struct tn_update *u);

// True if all bytes of the upload are in the slot and match sha.
static inline bool tn_update_matches(const struct tn_update *u) {
    return u->job.match;
}

// The result of the last job: 0, or an error as tn_verify_error and tn_boot_request; TN_EHASH if
// the upload does not match sha or the image's own hash. Reports an error once.
static inline int tn_update_take_error(struct tn_update *u) {
    int error = u->job.error;

    u->job.error = 0;
    return error;
}

TN_C_END

#endif
