// SPDX-License-Identifier: Apache-2.0
// P-384 with SHA-384: there is no other hash in this loader.
#include "base/compiler.h"
#include "image/other_keys.h"
#include "keys.h"
#include "kind.h"

static const struct tn_sig_alg *const algs[] = {&tn_p384_bearssl_i31};
static const struct tn_other_keys other = {.look_at = tn_other_keys_look_at};

const struct tn_trust tn_kind_trust = {.hash = &tn_sha384_bearssl,
        .algs = algs,
        .nalgs = TN_LEN(algs),
        .keys = tn_keys,
        .other = &other};
