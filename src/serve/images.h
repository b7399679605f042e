// SPDX-License-Identifier: Apache-2.0
// The image group (1) for a device of several images, in the place of serve/session.h: one update
// at a time, over all links and images.
//
// Numbers as Zephyr has them (doc/reference/smp.md section 5). List: each entry has "image", and
// "slot" 0 or 1 within it. Upload in an application: "image" n is the spare slot of image n. In
// recovery, 0 is the first spare slot (or an empty first slot), and n is slot (n - 1) % 2 of image
// (n - 1) / 2. Erase: slot n is slot n % 2 of image n / 2. Slot info says each slot's upload
// number. A hash is looked for in all images; a confirmation without one confirms each image that
// runs.
#ifndef TN_SERVE_IMAGES_H
#define TN_SERVE_IMAGES_H

#include "base/compiler.h"
#include "serve/session.h"

TN_C_BEGIN

// Owned by the program. Set session.image, slots and n; the rest of session to 0.
struct tn_serve_images {
    struct tn_serve_session session;  // its update works on one image at a time: its slots change
    const struct tn_slots *const *slots;  // of each image, by its number
    uint8_t n;
    // Called when the update begins to work on another image, the nth: its rules may need that
    // image's log, its journal another number. NULL: they do not.
    void (*use)(struct tn_serve_images *m, uint32_t nth);
};

extern const struct tn_smp_cmd tn_serve_images_cmds[4];
tn_smp_handler tn_serve_images_late;

// A row for a server's table of groups. images: struct tn_serve_images.
#define TN_SERVE_IMAGES(images)                                                                    \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_images_cmds, tn_serve_image_errs, tn_serve_image_words,    \
            tn_serve_images_late, (images))

TN_C_END

#endif
