// SPDX-License-Identifier: Apache-2.0
// As guard.c, with the security counter in the chip's OTP (layout.h: OTP_COUNTER_ADDR).
// What is written there stays for good; doc/production.md says what that means.
#include "guard_once_priv.h"

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR - FLASH_ADDR, OUTCOME_SIZE};
static const struct tn_area journal = {&tn_board_flash, JOURNAL_ADDR - FLASH_ADDR, JOURNAL_SIZE};

const struct tn_guard tn_board_guard = {.outcome = &outcome,
        .journal = &journal,
        .counter = &counter.counter,
        .alive = chip_alive,
        .arm = chip_arm};
