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

const struct tn_smp_group tn_service_groups[] = {
        TN_SERVE_OS_FEW((void *)&os),
        TN_SERVE_IMAGE_FEW(&tn_service_image),
};
const size_t tn_service_ngroups = TN_LEN(tn_service_groups);

// Nobody can ask.
void tn_service_describe(const struct tn_board *board, enum tn_writable writable) {
    (void)board;
    (void)writable;
}

bool (*const tn_service_wants_words)(const struct tn_smp_req *rq);  // codes are enough

// The board's reset lets the last byte leave; there may be no clock to wait longer by.
void tn_service_linger(const struct tn_board *board) {
    (void)board;
}
