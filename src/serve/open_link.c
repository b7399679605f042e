// SPDX-License-Identifier: Apache-2.0
#include "serve/open_link.h"

const struct tn_smp_permit tn_serve_open_link_permits[] = {
        {TN_SMP_OS,
                TN_SMP_BIT(TN_OS_ECHO) | TN_SMP_BIT(TN_OS_PARAMS) | TN_SMP_BIT(TN_OS_INFO) |
                        TN_SMP_BIT(TN_OS_BOOTLOADER),
                TN_SMP_BIT(TN_OS_ECHO) | TN_SMP_BIT(TN_OS_RESET)},
        {TN_SMP_IMAGE, TN_SMP_BIT(TN_IMG_STATE) | TN_SMP_BIT(TN_IMG_SLOTS),
                TN_SMP_BIT(TN_IMG_STATE) | TN_SMP_BIT(TN_IMG_UPLOAD) | TN_SMP_BIT(TN_IMG_ERASE)},
        {TN_SMP_ENUM, TN_SMP_ALL, 0},
        {TN_SMP_TENON,
                TN_SMP_BIT(TN_TENON_HISTORY) | TN_SMP_BIT(TN_TENON_CAPABILITIES) |
                        TN_SMP_BIT(TN_TENON_FACTS) | TN_SMP_BIT(TN_TENON_RESULT) |
                        TN_SMP_BIT(TN_TENON_KEY_LIST),
                TN_SMP_BIT(TN_TENON_TAKE_BACK)},
};

const struct tn_smp_policy tn_serve_open_link = {tn_serve_open_link_permits, TN_OPEN_LINK_PERMITS};
