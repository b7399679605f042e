// SPDX-License-Identifier: Apache-2.0
// Every group that has a meaning on every device, on a serial line and no other link, with a
// journal of uploads.
#include "base/compiler.h"
#include "serve/enumerate.h"
#include "service.h"
#include "update/journal.h"

static struct tn_serve_image image;
static const struct tn_board *our_board;
static struct tn_line *our_line;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&tn_service_os),
        TN_SERVE_IMAGE(&image),
        TN_SERVE_ENUM,
        TN_SERVE_TENON(&tn_service_tenon),
};

void tn_service_links(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line) {
    static struct tn_journal journal;
    static struct tn_detect detect;

    our_board = board;
    our_line = line;
    line->detect = &detect;
    image.update = update;
    image.writable = writable;
    line->server->groups = groups;
    line->server->ngroups = TN_LEN(groups);
    if (board->guard && board->guard->journal) {
        tn_journal_keep(&journal, update, board->guard->journal);
        tn_service_tenon.resumes = true;
    }
}

void tn_service_more(void) {
    our_line->peer.now_ms = our_board->now_ms();
}
