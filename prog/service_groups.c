// SPDX-License-Identifier: Apache-2.0
// Every group that there is.
#include "base/compiler.h"
#include "service.h"

const struct tn_smp_group tn_service_groups[] = {
        TN_SERVE_OS(&tn_service_os),
        TN_SERVE_IMAGE(&tn_service_image),
        TN_SERVE_TENON(&tn_service_tenon),
};
const size_t tn_service_ngroups = TN_LEN(tn_service_groups);
