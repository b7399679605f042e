// SPDX-License-Identifier: Apache-2.0
// The groups that an update needs, all of their commands: what smp-m0 is measured with.
#include "base/compiler.h"
#include "service.h"

const struct tn_smp_group tn_service_groups[] = {
        TN_SERVE_OS(&tn_service_os),
        TN_SERVE_IMAGE(&tn_service_image),
};
const size_t tn_service_ngroups = TN_LEN(tn_service_groups);
