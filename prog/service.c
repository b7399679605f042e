// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include <string.h>

#include "base/compiler.h"
#include "base/err.h"

enum {
    LINGER_MS = 50,  // between the last byte of an answer and the reset: it has to leave first
};

static void ask_reset(void *ctx) {
    struct tn_service *s = ctx;

    s->reset_asked = true;
}

// Where an erase stops the core, bytes that come meanwhile are lost: a count of 1 keeps the
// client from sending before it has its answer.
static uint8_t buf_count(const struct tn_board *board) {
    return board->slots->area[TN_SECONDARY].flash->stalls_cpu ? 1 : 2;
}

void tn_service_begin(struct tn_service *s, const struct tn_board *board,
        const struct tn_trust *trust, const char *role, enum tn_writable writable) {
    memset(s, 0, sizeof(*s));
    s->board = board;
    s->cfg = (struct tn_update_cfg){board->slots, trust, s->chunk, sizeof(s->chunk)};
    s->update.cfg = &s->cfg;
    s->words[0] = (struct tn_os_word){'s', "Tenon"};
    s->words[1] = (struct tn_os_word){'n', board->name};
    s->words[2] = (struct tn_os_word){'r', role};
    s->words[3] = (struct tn_os_word){'p', board->processor};
    s->os = (struct tn_serve_os){.reset = ask_reset, .ctx = s, .request = board->request,
            .words = s->words, .nwords = TN_LEN(s->words), .mode = board->slots->strategy->mode};
    s->image = (struct tn_serve_image){.update = &s->update, .writable = writable};
    s->groups[0] = (struct tn_smp_group)TN_SERVE_OS(&s->os);
    s->groups[1] = (struct tn_smp_group)TN_SERVE_IMAGE(&s->image);
    s->server = (struct tn_smp_server){.groups = s->groups, .ngroups = TN_LEN(s->groups)};
    s->line.stream = board->serial;
    s->line.server = &s->server;
    s->line.console.buf = s->packet;
    s->line.console.size = sizeof(s->packet);
    s->line.peer.buf_size = sizeof(s->packet);
    s->line.peer.buf_count = buf_count(board);
    s->line.rsp = s->response;
    s->line.rsp_size = sizeof(s->response);
}

static void wait_and_reset(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        if (board->idle) {
            board->idle();
        }
    }
    board->reset();
}

void tn_service_poll(struct tn_service *s) {
    if (tn_line_poll(&s->line) || tn_update_step(&s->update) == TN_MORE) {
        return;
    }
    if (s->reset_asked) {
        wait_and_reset(s->board);
    }
    if (s->board->idle) {
        s->board->idle();
    }
}
