// SPDX-License-Identifier: Apache-2.0
// Every command that there is, and a reset that can ask for recovery.
#include "base/err.h"
#include "service.h"

enum {
    LINGER_MS = 50,  // the answer has to leave, and its reader to be ready for a silent line
};

static const char *words[4];
static struct tn_serve_os os;

const struct tn_smp_group tn_service_groups[] = {
        TN_SERVE_OS(&os),
        TN_SERVE_IMAGE(&tn_service_image),
};

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

void tn_service_describe(const struct tn_board *board, const char *role) {
    words[0] = "Tenon";
    words[1] = board->name;
    words[2] = role;
    words[3] = board->processor;
    os.reset = reset;
    os.ctx = (void *)board;
    os.letters = "snrp";
    os.words = words;
    os.mode = board->slots->strategy->mode;
}

bool (*const tn_service_wants_words)(const struct tn_smp_req *rq) = tn_smp_wants_words;

void tn_service_linger(const struct tn_board *board) {
    uint32_t since = board->now_ms();

    while (board->now_ms() - since < LINGER_MS) {
        if (board->idle) {
            board->idle();
        }
    }
}
