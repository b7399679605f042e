// SPDX-License-Identifier: Apache-2.0
// A firmware file that arrives from its first byte to its last, from a sender that does not say how
// long it is: DFU, XMODEM. The image's own header and TLVs tell the length; what follows is padding
// and is dropped.
//
// Knows images and the update. Does not know who sends. Makes the same checks as an upload by SMP,
// and more: an image's signature is checked as soon as its last byte is here, since some senders
// look at errors of the data only.
#ifndef TN_SERVE_FILE_H
#define TN_SERVE_FILE_H

#include "base/compiler.h"
#include "update/update.h"

TN_C_BEGIN

// Owned by the caller. Set update, the rest to 0.
struct tn_serve_file {
    struct tn_update *update;
    // private
    uint32_t job;      // of the update: the last one that this file began
    uint32_t off;      // bytes accepted from the sender
    uint32_t given;    // bytes passed to the update
    uint32_t payload;  // bytes in front of the TLVs that are not signed
    uint32_t end;      // of the image; 0: not known yet
    uint8_t stage;
    enum tn_place place;
    uint8_t info[TN_TLV_INFO_LEN];
};

// Begins a file. Its first bytes: the whole header, at least. Returns how many it accepted, or as
// tn_update_begin and tn_image_hdr_get. The steps of the update check the header before anything is
// erased.
int tn_serve_file_begin(
        struct tn_serve_file *f, enum tn_target target, const uint8_t *first, uint32_t len);

// Accepts bytes at f->off. Call it when tn_serve_file_step has returned 0. Returns how many: 0 if
// the update has work to do first. TN_ETLV, TN_ESIZE: the length that the image claims is no good.
int tn_serve_file_write(struct tn_serve_file *f, const uint8_t *data, uint32_t len);

// True if a file has begun and was not forgotten.
static inline bool tn_serve_file_is_open(const struct tn_serve_file *f) {
    return f->payload;
}

// True if all of the image was accepted.
static inline bool tn_serve_file_is_whole(const struct tn_serve_file *f) {
    return f->end && f->given == f->end;
}

// Does the next step of the update. TN_MORE, or the result of the last work: 0, or an error as
// tn_update_take_error; once the whole image is here, that of its signature (tn_verify_error);
// TN_EBUSY if another link has taken the update over. After an error, the file is forgotten.
int tn_serve_file_step(struct tn_serve_file *f);

// Verifies the image once more, and requests it for the next boot. TN_ESTATE: it is not whole.
// TN_EBUSY: as above.
int tn_serve_file_install(struct tn_serve_file *f, enum tn_swap_type type);

// Reads what this file has written to flash. Returns how many bytes: fewer than len at its end.
// TN_ENOENT: there is none, or another link has used the update since.
int tn_serve_file_read(const struct tn_serve_file *f, uint32_t off, uint8_t *buf, uint32_t len);

// Forgets the file. What is in the slot stays there, and is not requested.
void tn_serve_file_abort(struct tn_serve_file *f);

TN_C_END

#endif
