// SPDX-License-Identifier: Apache-2.0
// What a board's programs trust: keys and algorithms. board.cmake selects the file by
// TN_BOARD_P256.
#ifndef TN_PROG_TRUST_H
#define TN_PROG_TRUST_H

#include "image/trust.h"

extern const struct tn_trust tn_program_trust;

#endif
