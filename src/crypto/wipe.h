// SPDX-License-Identifier: Apache-2.0
// Sets secrets to 0 before their memory is given up; no compiler leaves that out.
#ifndef TN_CRYPTO_WIPE_H
#define TN_CRYPTO_WIPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

static inline void tn_wipe(void *secret, size_t len) {
    volatile uint8_t *p = (volatile uint8_t *)secret;

    while (len--) {
        *p++ = 0;
    }
}

TN_C_END

#endif
