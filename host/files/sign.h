// SPDX-License-Identifier: Apache-2.0
// Making images in MCUboot's format, byte for byte as imgtool does.
#ifndef TN_HOST_FILES_SIGN_H
#define TN_HOST_FILES_SIGN_H

#include "host/files/key.h"
#include "host/files/segments.h"
#include "host/files/slot.h"
#include "image/format.h"

enum tn_sign_pad {
    TN_SIGN_NO_PAD,
    TN_SIGN_PAD,      // a trailer that asks for a test at the next reset
    TN_SIGN_CONFIRM,  // and one that makes the image permanent: for the first image of a device
};

struct tn_sign_opts {
    const struct tn_key_pair *key;  // NULL: hash only, no signature
    struct tn_version version;
    uint32_t hdr_size;  // 32 to 65535
    bool pad_header;    // the input has no room for the header: put it in front
    bool rom_fixed;     // load_addr is the address the image is built for
    uint32_t load_addr;
    bool has_counter;  // security counter, a protected TLV
    uint32_t counter;
    uint8_t erased;  // of the flash: 0xff or 0
    enum tn_sign_pad pad;
    struct tn_slot_shape slot;  // checked here
};

// "1.2.3+4"; trailing parts may be left out. Returns 0, or -1 for anything else.
int tn_version_parse(const char *text, struct tn_version *ret);

// Makes an image of the payload. Refuses (TN_FAULT_TOO_LARGE) what the slot cannot take, if
// its size is known. name is the payload's, for faults. Without padding: the slot's unused
// bytes and the trailer are tn_sign_place's.
int tn_sign(const struct tn_buf *payload, const struct tn_sign_opts *opts, const char *name,
        struct tn_buf *ret_image, struct tn_fault *f);

// The image at addr and the parts of its trailer that opts.pad asks for, as segments.
int tn_sign_place(const struct tn_buf *image, const struct tn_sign_opts *opts, uint32_t addr,
        struct tn_segments *ret, struct tn_fault *f);

#endif
