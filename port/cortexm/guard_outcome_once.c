// SPDX-License-Identifier: Apache-2.0
// As guard_outcome.c, with the security counter in the chip's OTP (layout.h: OTP_COUNTER_ADDR).
// What is written there stays for good; doc/production.md says what that means.
#include "board_parts.h"
#include "boot/counter_once.h"
#include "layout.h"

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR - FLASH_ADDR, OUTCOME_SIZE};

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

const struct tn_guard tn_board_guard = {
        .outcome = &outcome, .counter = &counter.counter, .alive = chip_alive, .arm = chip_arm};
