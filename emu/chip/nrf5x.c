// SPDX-License-Identifier: Apache-2.0
// nRF51822 and nRF52840: the parts that a loader uses. In both chips these devices are at the same
// addresses.
//
// Sources: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 6, and "nRF51822 Product
// Specification" (memory); "nRF52840 Product Specification", version 1.1, section 4.3.
#include "base/compiler.h"
#include "chips.h"
#include "nrf5x_priv.h"

// All other peripherals: read 0 and ignore stores.
static const struct tn_emu_device other = {.base = 0x40000000, .size = 0x20000};

static const struct tn_emu_device *const devices[] = {
        &tn_emu_nrf5x_nvmc,
        &tn_emu_nrf5x_uart,
        &tn_emu_nrf5x_power,
        &tn_emu_nrf5x_timer0,
        &tn_emu_nrf5x_watchdog,
        &tn_emu_nrf5x_gpio,
        &tn_emu_nrf5x_ficr,
        &tn_emu_cortexm_system,
        &other,
};

static const struct tn_emu_sectors nrf51822_sectors[] = {{0x400, 256}};
static const struct tn_emu_sectors nrf52840_sectors[] = {{0x1000, 256}};

const struct tn_emu_chip tn_emu_nrf51822 = {
        .name = "nRF51822",
        .core = TN_EMU_CORTEX_M0,
        .flash_size = 0x40000,
        .sectors = nrf51822_sectors,
        .unit = 4,
        .unit_writes = 2,
        .ram_base = 0x20000000,
        .ram_size = 0x4000,
        .insns_per_us = 16,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};

const struct tn_emu_chip tn_emu_nrf52840 = {
        .name = "nRF52840",
        .core = TN_EMU_CORTEX_M4,
        .flash_size = 0x100000,
        .sectors = nrf52840_sectors,
        .unit = 4,
        .unit_writes = 2,
        .ram_base = 0x20000000,
        .ram_size = 0x40000,
        .insns_per_us = 64,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};
