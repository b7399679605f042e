// SPDX-License-Identifier: Apache-2.0
// Is this a program that an image can be made of, and does it fit the options of sign?
#ifndef TN_HOST_FILES_PAYLOAD_H
#define TN_HOST_FILES_PAYLOAD_H

#include "host/files/load.h"
#include "host/files/sign.h"

#include "base/compiler.h"

TN_C_BEGIN

enum { TN_PAYLOAD_WARNING = 320 };

// Where the caller places the image.
struct tn_payload_place {
    bool has_slot;  // --hex-addr
    uint32_t slot;  // address of the slot
};

// Refuses what is no program, an image, and a file that has room for a header already if
// opts->pad_header would add more. Returns 0 or -1.
int tn_payload_check(const struct tn_loaded *payload, const struct tn_sign_opts *opts,
        const char *name, struct tn_fault *f);

// Fills ret_warning with one line if the program is probably linked for another address than it
// will be at, or does not look like a program for a Cortex-M; else with "".
void tn_payload_warn(const struct tn_loaded *payload, const struct tn_sign_opts *opts,
        const struct tn_payload_place *place, const char *name,
        char ret_warning[TN_PAYLOAD_WARNING]);

TN_C_END

#endif
