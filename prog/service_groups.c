// SPDX-License-Identifier: Apache-2.0
// Every group that has a meaning on every device.
#include "base/compiler.h"
#include "serve/enumerate.h"
#include "service.h"

enum { NGROUPS = 4 };

static const struct tn_serve_enum listed = {tn_service_groups, NGROUPS};

const struct tn_smp_group tn_service_groups[] = {
        TN_SERVE_OS(&tn_service_os),
        TN_SERVE_IMAGE(&tn_service_image),
        TN_SERVE_ENUM(&listed),
        TN_SERVE_TENON(&tn_service_tenon),
};
const size_t tn_service_ngroups = NGROUPS;
_Static_assert(TN_LEN(tn_service_groups) == NGROUPS, "all of them are listed");
