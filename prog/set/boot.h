// SPDX-License-Identifier: Apache-2.0
// The loader of two images, with or without encryption.
#ifndef TN_PROG_SET_BOOT_H
#define TN_PROG_SET_BOOT_H

#include "boot/encrypted.h"
#include "pair.h"

// Changes the slots of tn_pair_board before the loader runs, or NULL. crypts: one for each image,
// or NULL. open: what lets the service decrypt, or NULL. Never returns.
void tn_pair_boot(void (*change)(struct tn_slots *slots), struct tn_crypt *crypts,
        void (*open)(struct tn_service *s)) __attribute__((noreturn));

#endif
