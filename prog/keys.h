// SPDX-License-Identifier: Apache-2.0
// The public keys that a program was built with: `tenon getpub --lang c` writes them.
#ifndef TN_PROG_KEYS_H
#define TN_PROG_KEYS_H

#include "image/trust.h"

extern const struct tn_key tn_keys[];  // as struct tn_trust has them

#endif
