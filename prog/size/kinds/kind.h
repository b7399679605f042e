// SPDX-License-Identifier: Apache-2.0
// A loader for one kind of key: each file beside main.c defines what such a loader trusts.
#ifndef TN_PROG_SIZE_KIND_H
#define TN_PROG_SIZE_KIND_H

#include "image/trust.h"

extern const struct tn_trust tn_kind_trust;

#endif
