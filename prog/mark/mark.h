// SPDX-License-Identifier: Apache-2.0
// The verified mark of a board's loader.
#ifndef TN_PROG_MARK_MARK_H
#define TN_PROG_MARK_MARK_H

#include "boot/verified.h"

// What the trust of the program has as `other`.
extern struct tn_verified tn_program_verified;

#endif
