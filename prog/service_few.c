// SPDX-License-Identifier: Apache-2.0
// All image commands, and of the os group what an update needs: for small loaders.
#include "base/err.h"
#include "service.h"

const struct tn_smp_group tn_service_groups[] = {
    TN_SERVE_OS_FEW(&tn_service_os),
    TN_SERVE_IMAGE(&tn_service_image),
};

int tn_service_reset(void *ctx, uint32_t mode) {
    (void)ctx;
    if (mode) {
        return TN_ENOTSUP;
    }
    tn_service_end();
    return 0;
}
