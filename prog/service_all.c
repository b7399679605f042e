// SPDX-License-Identifier: Apache-2.0
// Every command that there is, and a reset that can ask for recovery.
#include "base/err.h"
#include "service.h"

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
