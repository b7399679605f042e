// SPDX-License-Identifier: Apache-2.0
// The groups that an update needs, all of their commands: what smp-m0 is measured with.
#include "base/compiler.h"
#include "service.h"

static struct tn_serve_image image;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&tn_service_os),
        TN_SERVE_IMAGE(&image),
};

void tn_service_links(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line) {
    (void)board;
    image.update = update;
    image.writable = writable;
    line->server->groups = groups;
    line->server->ngroups = TN_LEN(groups);
}

void tn_service_more(void) {
}
