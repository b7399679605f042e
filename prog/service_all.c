// SPDX-License-Identifier: Apache-2.0
// Every command that there is.
#include "service.h"

const struct tn_smp_group tn_service_groups[] = {
    TN_SERVE_OS(&tn_service_os),
    TN_SERVE_IMAGE(&tn_service_image),
};
