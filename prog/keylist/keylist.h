// SPDX-License-Identifier: Apache-2.0
// The keys of a board whose loader takes key lists, for its loader and its application.
#ifndef TN_PROG_KEYLIST_KEYLIST_H
#define TN_PROG_KEYLIST_KEYLIST_H

#include "boot/keyring.h"

enum {
    TN_KEYLIST_KEYS = 8,  // keys that sign images, at most
};

// What the trust of the program has for keys: the keyring fills it.
extern struct tn_key tn_usable_keys[TN_KEYLIST_KEYS + 1];

// Reads the list in force. Call it before anything is verified. Returns the program's keyring.
struct tn_keyring *tn_keylist_open(void);

#endif
