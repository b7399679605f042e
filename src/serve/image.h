// SPDX-License-Identifier: Apache-2.0
// The image group (1): state, upload, erase, slot info. Loader and application use the same code.
// Source: doc/reference/smp.md section 5. SPEC.md lists the intended differences.
#ifndef TN_SERVE_IMAGE_H
#define TN_SERVE_IMAGE_H

#include "base/compiler.h"
#include "smp/server.h"
#include "update/update.h"

TN_C_BEGIN

// Which slots requests may write.
enum tn_writable {
    TN_SLOTS_SPARE,  // an application, which must not write its own slot
    TN_SLOTS_ANY,    // a loader, in which no image runs
};

// Owned by the program. Set all members. Call tn_update_step on update whenever idle.
struct tn_serve_image {
    struct tn_update *update;
    enum tn_writable writable;
};

extern const struct tn_smp_cmd tn_serve_image_cmds[4];
tn_smp_handler tn_serve_image_late;
extern const struct tn_smp_err tn_serve_image_errs[23];

// Zephyr's words for an error, or NULL.
const char *tn_serve_image_words(int err);

// A row for a server's table of groups. image: struct tn_serve_image.
#define TN_SERVE_IMAGE(image)                                                                      \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_image_cmds, tn_serve_image_errs, tn_serve_image_words,     \
            tn_serve_image_late, (image))

// The same without error texts.
#define TN_SERVE_IMAGE_CODES(image)                                                                \
    TN_SMP_GROUP(TN_SMP_IMAGE, tn_serve_image_cmds, tn_serve_image_errs, NULL,                     \
            tn_serve_image_late, (image))

TN_C_END

#endif
