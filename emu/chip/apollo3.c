// SPDX-License-Identifier: Apache-2.0
// Ambiq's Apollo3 Blue (AMA3B1KK). Sources: the crate ambiq-apollo3-pac 0.1.0; AmbiqSuite,
// mcu/apollo3/hal/am_hal_flash.h (flash and RAM) and regs/am_reg_base_addresses.h.
//
// Ambiq's loader has the first 48 KiB of flash: a reset starts at 0xc000 here.
#include "apollo3_priv.h"
#include "base/compiler.h"
#include "chips.h"

// All other peripherals: read 0 and ignore stores.
static const struct tn_emu_device other = {
        .name = "?", .base = 0x40000000, .size = 0x40000, .unknown = true};
static const struct tn_emu_device other_apb = {
        .name = "?", .base = 0x50000000, .size = 0x20000, .unknown = true};

static const struct tn_emu_device *const devices[] = {
        &tn_emu_apollo3_flash,
        &tn_emu_apollo3_uart0,
        &tn_emu_apollo3_timer,
        &tn_emu_apollo3_gpio,
        &tn_emu_apollo3_rstgen,
        &tn_emu_apollo3_stat,
        &tn_emu_apollo3_clkgen,
        &tn_emu_apollo3_cachectrl,
        &tn_emu_apollo3_mcuctrl,
        &tn_emu_apollo3_pwrctrl,
        &tn_emu_apollo3_watchdog,
        &tn_emu_cortexm_system,
        &other,
        &other_apb,
};

static const struct tn_emu_sectors sectors[] = {
        {0x2000, 128},  // [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_PAGE_SIZE]
};

const struct tn_emu_chip tn_emu_apollo3_blue = {
        .name = "apollo3_blue",
        .core = TN_EMU_CORTEX_M4,
        .flash_size = 0x100000,
        .boot_off = 0xc000,  // [manual: AmbiqSuite, linker scripts of its examples]
        .sectors = sectors,
        .unit = 4,
        .unit_writes = 32,  // a bit each: apollo3_flash.c
        .ram_base = 0x10000000,
        .ram_size = 0x60000,
        .rom_base = 0x08000000,  // [manual: AmbiqSuite, am_hal_flash.c, g_am_hal_flash]
        .rom_size = 0x1000,      // [none: as much as the entries need]
        .insns_per_us = 48,
        .irqs = 32,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};
