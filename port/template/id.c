// SPDX-License-Identifier: Apache-2.0
// The chip's own number.
#include "board_parts.h"

const char *chip_id(void) {
    return "";  // read it here, if the chip has one
}
