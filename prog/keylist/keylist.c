// SPDX-License-Identifier: Apache-2.0
#include "keylist.h"

#include "base/compiler.h"
#include "board.h"
#include "keys.h"
#include "trust/trust.h"

struct tn_key tn_usable_keys[TN_KEYLIST_KEYS + 1];

struct tn_keyring *tn_keylist_open(void) {
    static struct tn_keyring keyring;

    keyring.trust = &tn_program_trust;
    keyring.built_in = tn_keys;
    keyring.keys = tn_usable_keys;
    keyring.nkeys = TN_LEN(tn_usable_keys);
    keyring.area = &tn_board_keys;
    tn_keyring_open(&keyring, NULL);
    return &keyring;
}
