// SPDX-License-Identifier: Apache-2.0
// The image group (1): state, upload, erase, slot info; the same in loader and application.
// Source: doc/reference/smp.md section 5; what differs on purpose is in SPEC.md.
#ifndef TN_SERVE_IMAGE_H
#define TN_SERVE_IMAGE_H

#include "smp/server.h"
#include "update/update.h"

// Which slots requests may write.
enum tn_writable {
    TN_SLOTS_SPARE,  // an application: its own slot is out of reach
    TN_SLOTS_ANY,    // a loader, in which no image runs
};

// The program's. Set all. Call tn_update_step on update whenever there is nothing else to do.
struct tn_serve_image {
    struct tn_update *update;
    enum tn_writable writable;
};

extern const struct tn_smp_cmd tn_serve_image_cmds[4];
tn_smp_handler tn_serve_image_late;
extern const struct tn_smp_err tn_serve_image_errs[22];

// Zephyr's words for an error, or NULL.
const char *tn_serve_image_words(int err);

// A row for a server's table of groups. image: struct tn_serve_image.
#define TN_SERVE_IMAGE(image)                                                                      \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_image_cmds, tn_serve_image_errs, tn_serve_image_words,     \
            tn_serve_image_late, (image))

// The same for a server without words.
#define TN_SERVE_IMAGE_CODES(image)                                                                \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_image_cmds, tn_serve_image_errs, NULL,                     \
            tn_serve_image_late, (image))

#endif
