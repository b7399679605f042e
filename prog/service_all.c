// SPDX-License-Identifier: Apache-2.0
// Every command that there is, and a reset that can ask for recovery.
#include "base/err.h"
#include "service.h"

const struct tn_smp_group tn_service_groups[] = {
    TN_SERVE_OS(&tn_service_os),
    TN_SERVE_IMAGE(&tn_service_image),
};

int tn_service_reset(void *ctx, uint32_t mode) {
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
