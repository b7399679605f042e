// SPDX-License-Identifier: Apache-2.0
// All there is to say of a program, and a reset that can ask for recovery. Which groups it has is
// another file's.
#include "base/err.h"
#include "service.h"
#include "version.h"

enum {
    LINGER_MS = 50,  // the answer has to leave, and its reader to be ready for a silent line
};

static const char *words[4];
struct tn_serve_os tn_service_os;
struct tn_serve_tenon tn_service_tenon;

static int reset(void *ctx, uint32_t mode) {
    const struct tn_board *board = ctx;

    if (mode > 1) {
        return TN_EINVAL;
    }
    if (mode) {
        tn_request_put(board->request, TN_RUN_RECOVERY, 0);
    }
    tn_service_end();
    return 0;
}

void tn_service_describe(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line) {
    words[0] = "Tenon";
    words[1] = board->name;
    words[2] = writable == TN_SLOTS_ANY ? "recovery" : "application";
    words[3] = board->processor;
    tn_service_os.reset = reset;
    tn_service_os.ctx = (void *)board;
    tn_service_os.letters = "snrp";
    tn_service_os.words = words;
    tn_service_os.mode = board->slots->layout->mode;
    tn_service_tenon.version = TN_VERSION;
    tn_service_tenon.outcome = board->guard ? board->guard->outcome : NULL;
    line->server->wants_words = tn_smp_wants_words;
    tn_service_links(board, update, writable, line);
}

void tn_service_linger(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        if (board->idle) {
            board->idle();
        }
    }
}
