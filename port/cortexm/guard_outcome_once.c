// SPDX-License-Identifier: Apache-2.0
// As guard_outcome.c, with the security counter in the chip's OTP (layout.h: OTP_COUNTER_ADDR).
// What is written there stays for good; doc/production.md says what that means.
#include "guard_once_priv.h"

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR - FLASH_ADDR, OUTCOME_SIZE};

const struct tn_guard tn_board_guard = {
        .outcome = &outcome, .counter = &counter.counter, .alive = chip_alive, .arm = chip_arm};
