// SPDX-License-Identifier: Apache-2.0
// A trust with all kinds of keys, hashes and signatures, for programs on a PC that do what a loader
// does.
#ifndef TN_PROG_TRUST_EVERY_KIND_H
#define TN_PROG_TRUST_EVERY_KIND_H

#include "base/compiler.h"
#include "image/trust.h"

TN_C_BEGIN

// keys: as in struct tn_trust. Two checks at the same time may not use trusts of this function:
// they share RAM for signatures.
struct tn_trust tn_trust_every_kind(const struct tn_key *keys);

TN_C_END

#endif
