// SPDX-License-Identifier: Apache-2.0
// A security counter in memory that is written once: the OTP of a chip.
//
// Knows places and numbers. Every raise takes the next erased place. A place holds the value (4)
// and its complement (4), little-endian, in whole write units. Bits of such memory only go from
// erased to written, so a write that was cut never makes a pair that fits, and no later write makes
// another pair of one. The counter is the highest value of all pairs that fit; without one it is
// 0.
#ifndef TN_BOOT_COUNTER_ONCE_H
#define TN_BOOT_COUNTER_ONCE_H

#include "base/compiler.h"
#include "boot/policy.h"
#include "flash/area.h"

TN_C_BEGIN

enum {
    TN_COUNTER_ONCE_PLACE = 8,  // bytes of a raise, or one write unit if that is longer
};

// Const on a chip. area is anywhere in the address space of its flash's driver, which must be able
// to write there; it begins on a write unit, and need not have sectors. Erased bytes are 0xff.
struct tn_counter_once {
    struct tn_counter counter;  // {tn_counter_once_read, tn_counter_once_raise, NULL}
    const struct tn_area *area;
};

// As struct tn_counter: c is the member counter of a struct tn_counter_once. A place that cannot be
// read (TN_EIO) holds no value. 0, or another error of the flash.
int tn_counter_once_read(const struct tn_counter *c, uint32_t *ret);

// The same. 0: the counter is value or more. TN_ENOSPC: no place is left, the counter stays as it
// is. TN_EIO: the place does not read back; the next raise takes the next place.
int tn_counter_once_raise(const struct tn_counter *c, uint32_t value);

TN_C_END

#endif
