// SPDX-License-Identifier: Apache-2.0
// Outcomes and watchdog of a board whose flash has no sectors for an upload journal.
#include "board_parts.h"
#include "layout.h"

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR - FLASH_ADDR, OUTCOME_SIZE};

const struct tn_guard tn_board_guard = {.outcome = &outcome, .alive = chip_alive, .arm = chip_arm};
