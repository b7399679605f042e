// SPDX-License-Identifier: Apache-2.0
// Outcomes, upload journal and watchdog of a board whose layout.h has both areas and whose chip
// has a watchdog.
#include "board_parts.h"
#include "layout.h"

static const struct tn_area outcome = {&tn_board_flash, OUTCOME_ADDR - FLASH_ADDR, OUTCOME_SIZE};
static const struct tn_area journal = {&tn_board_flash, JOURNAL_ADDR - FLASH_ADDR, JOURNAL_SIZE};

const struct tn_guard tn_board_guard = {
        .outcome = &outcome, .journal = &journal, .alive = chip_alive, .arm = chip_arm};
