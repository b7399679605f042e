// SPDX-License-Identifier: Apache-2.0
// The loader of bare.c for another kind of key than P-256.
#include "boot/loader.h"
#include "kind.h"

int main(void) {
    tn_loader_bare(&tn_kind_trust);
}
