// SPDX-License-Identifier: Apache-2.0
// What SMP's codes mean, and what to do about them.
//
// Source: doc/reference/smp.md section 3 (Zephyr's mgmt_defines.h, os_mgmt.h and img_mgmt.h).
#ifndef TN_HOST_BASE_SMP_WORDS_H
#define TN_HOST_BASE_SMP_WORDS_H

#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

struct tn_smp_code_words {
    const char *meaning;  // lower case, no full stop
    const char *fix;      // what to do next, or "" if there is no advice
};

// Words for a code of a group, or of enum tn_smp_rc if group is -1. Never NULL.
const struct tn_smp_code_words *tn_smp_code_words(int32_t group, int32_t rc);

TN_C_END

#endif
