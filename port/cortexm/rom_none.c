// SPDX-License-Identifier: Apache-2.0
// A board whose loader does not start the chip's own loader.
#include "board_parts.h"

bool chip_has_rom(void) {
    return false;
}
