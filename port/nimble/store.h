// SPDX-License-Identifier: Apache-2.0
// The keys of bonds, for NimBLE: in RAM, and as bytes that the program may keep in flash.
#ifndef TN_PORT_NIMBLE_STORE_H
#define TN_PORT_NIMBLE_STORE_H

struct tn_nimble_bonds;

enum { TN_NIMBLE_BONDS_SIZE = 1024 };

// Begins with the stored keys; bytes of another build's layout count as none. bonds NULL: none.
void tn_nimble_store_begin(const struct tn_nimble_bonds *bonds);

// Gives changed keys to the program.
void tn_nimble_store_step(void);

#endif
