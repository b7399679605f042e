// SPDX-License-Identifier: Apache-2.0
// Requests by Zephyr's retained boot mode (boot/boot_mode.h), for a board whose board.cmake lists
// this file as TN_BOARD_ASKED. Its layout.h has the area, as the application's devicetree has it:
// BOOT_MODE_ADDR, BOOT_MODE_SIZE, BOOT_MODE_PREFIX (a string, "" for none), BOOT_MODE_CHECKSUM
// (bytes).
#include "board_parts.h"
#include "boot/boot_mode.h"
#include "cortexm.h"
#include "layout.h"

_Static_assert(BOOT_MODE_SIZE <= TN_BOOT_MODE_AREA &&
                BOOT_MODE_SIZE > sizeof(BOOT_MODE_PREFIX) - 1 + BOOT_MODE_CHECKSUM,
        "a byte of data, at least");
_Static_assert(BOOT_MODE_CHECKSUM == 0 || BOOT_MODE_CHECKSUM == 1 || BOOT_MODE_CHECKSUM == 2 ||
                BOOT_MODE_CHECKSUM == 4,
        "a checksum that Zephyr has");
// The loader's own data and stack lie between.
_Static_assert((BOOT_MODE_ADDR >= RETAINED_MARK + 8 &&
                       BOOT_MODE_ADDR + BOOT_MODE_SIZE <= RETAINED_VECTORS + RETAINED_SIZE) ||
                BOOT_MODE_ADDR >= RAM_ADDR + RAM_SIZE,
        "in RAM that the loader does not use");

static const struct tn_retained at = {cm_retained_load, cm_retained_store, (void *)BOOT_MODE_ADDR};
static const struct tn_boot_mode_area area = {.at = &at,
        .prefix = BOOT_MODE_PREFIX,
        .prefix_len = sizeof(BOOT_MODE_PREFIX) - 1,
        .checksum_len = BOOT_MODE_CHECKSUM,
        .size = BOOT_MODE_SIZE};

enum tn_run_mode chip_asked(enum tn_reset_cause cause) {
    return tn_boot_mode_take(&area, cause) ? TN_RUN_RECOVERY : TN_RUN_NORMAL;
}
