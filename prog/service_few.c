// SPDX-License-Identifier: Apache-2.0
// All image commands, and of the os group what an update needs: for small loaders. Errors have
// codes, and no words.
#include "base/compiler.h"
#include "base/err.h"
#include "service.h"

static int reset(void *ctx, uint32_t mode) {
    (void)ctx;
    if (mode) {
        return TN_ENOTSUP;
    }
    tn_service_end();
    return 0;
}

static const struct tn_serve_os os = {.reset = reset};
static struct tn_serve_image image;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS_FEW((void *)&os),
        TN_SERVE_IMAGE_FEW(&image),
};

// Nobody can ask for more.
void tn_service_describe(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line) {
    (void)board;
    line->server->groups = groups;
    line->server->ngroups = TN_LEN(groups);
    image.update = update;
    image.writable = writable;
}

void tn_service_more(void) {
}

// The board's reset lets the last byte leave; there may be no clock to wait longer by.
void tn_service_linger(const struct tn_board *board) {
    (void)board;
}
