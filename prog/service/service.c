// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include "base/err.h"

enum {
    LINGER_MS = 50,  // for the answer to be sent, and for its reader to be ready for a silent line
};

// When a reset is due, only unsent answers delay it: a client that keeps sending does not.
void tn_service_poll(struct tn_service *s) {
    const struct tn_board *board = s->board;

    if (s->round) {
        s->round(s);
    }
    enum tn_channel_did did = tn_channel_step_all(s->links);
    if (did >= (s->reset_is_due ? TN_CHANNEL_ANSWERED : TN_CHANNEL_HEARD) ||
            tn_update_step(s->update) == TN_MORE) {
        return;
    }
    if (s->reset_is_due) {
        if (s->linger) {
            s->linger(board);
        }
        board->reset();
    }
    if (board->idle) {
        board->idle();
    }
}

void tn_service_run(struct tn_service *s) {
    for (;;) {
        tn_service_poll(s);
        if (s->board->guard) {
            s->board->guard->alive();
        }
    }
}

void tn_service_tell_time(struct tn_service *s) {
    tn_channel_tell_time(s->links, s->board->now_ms());
}

void tn_service_linger(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        if (board->idle) {
            board->idle();
        }
    }
}

void tn_service_hold_to(
        struct tn_service *s, struct tn_admit *a, uint8_t rules, bool is_application) {
    const struct tn_guard *g = s->board->guard;

    *a = (struct tn_admit){.rules = rules, .is_application = is_application};
    if (g) {
        a->log = g->outcome;
        a->counter = g->counter;
    }
    tn_admit_by(s->update, a);
}

static int reset(void *ctx, uint32_t mode) {
    struct tn_service *s = ctx;

    int next = tn_run_mode_of(mode);

    if (next < 0) {
        return TN_EINVAL;
    }
    if (next == TN_RUN_ROM && !tn_service_has_rom(s->board)) {
        return TN_ENOTSUP;
    }
    if (next) {
        tn_request_put(s->board->request, (enum tn_run_mode)next, 0);
    }
    tn_service_end(s);
    return 0;
}

void tn_service_describe(
        struct tn_service *s, struct tn_serve_os *os, const char **words, const char *role) {
    words[0] = "Tenon";
    words[1] = s->board->name;
    words[2] = role;
    words[3] = s->board->processor;
    *os = (struct tn_serve_os){
            .reset = reset,
            .ctx = s,
            .letters = "snrp",
            .words = words,
            .mode = s->board->slots->layout->mode,
    };
}
