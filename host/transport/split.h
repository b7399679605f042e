// SPDX-License-Identifier: Apache-2.0
// Splits the bytes of a serial line into the device's text and SMP's console lines.
#ifndef TN_HOST_TRANSPORT_SPLIT_H
#define TN_HOST_TRANSPORT_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// Start with zeros.
struct tn_split {
    // private
    uint8_t marker;  // the first byte of what may be a console line's marker; 0: none
    bool in_line;
};

struct tn_split_out {
    uint8_t bytes[2];
    uint8_t len;
    bool is_smp;
};

// Takes one byte. Returns the bytes that are decided now: none while a marker is half there.
struct tn_split_out tn_split_byte(struct tn_split *s, uint8_t byte);

TN_C_END

#endif
