// SPDX-License-Identifier: Apache-2.0
// The security counter in the chip's OTP, for guard_once.c and guard_outcome_once.c.
#ifndef TN_PORT_CORTEXM_GUARD_ONCE_PRIV_H
#define TN_PORT_CORTEXM_GUARD_ONCE_PRIV_H

#include "board_parts.h"
#include "boot/counter_once.h"
#include "layout.h"

// The driver of the flash writes these words, too: the chip's manual has them in its chapter.
static const struct tn_area once = {
        &tn_board_flash, OTP_COUNTER_ADDR - FLASH_ADDR, OTP_COUNTER_SIZE};
_Static_assert(OTP_COUNTER_SIZE >= TN_COUNTER_ONCE_PLACE &&
                OTP_COUNTER_SIZE % TN_COUNTER_ONCE_PLACE == 0 && OTP_COUNTER_ADDR % PROG_UNIT == 0,
        "whole places");

static const struct tn_counter_once counter = {
        .counter = {.read = tn_counter_once_read, .raise = tn_counter_once_raise},
        .area = &once,
};

#endif
