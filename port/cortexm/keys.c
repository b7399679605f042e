// SPDX-License-Identifier: Apache-2.0
// The area of the key list, of a board whose layout.h has one. The loader's lock covers it.
#include "board_parts.h"
#include "layout.h"

const struct tn_area tn_board_keys = {&tn_board_flash, KEYS_ADDR - FLASH_ADDR, KEYS_SIZE};
