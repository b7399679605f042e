// SPDX-License-Identifier: Apache-2.0
// STM32L476, STM32WLE5, STM32F405, STM32F446 and STM32F207. Sources: ST, RM0090 section 2.3, RM0390
// section 2.2, RM0033 section 2.3, RM0351 section 2.2.2 and RM0461 section 2.2 (memory maps), the
// chapters on flash, and ST's data sheets DS10198 and DS13105.
//
// The core's speed is that of the 16 MHz oscillator, whatever clock the program selects; timers and
// UARTs go by the clock that it selects.
#include "base/compiler.h"
#include "chips.h"
#include "stm32_priv.h"

// System memory: ST's loader, which e->rom stands for. F2 and F4 have 30 KiB, whose end shares a
// page with other words.
enum {
    ROM = 0x1fff0000,  // [manual: AN2606, "STM32 device-dependent bootloader parameters"]
    F4_ROM_SIZE = 28 * 1024,
    L4_ROM_SIZE = 28 * 1024,
    WL_ROM_SIZE = 16 * 1024,
    F4_OTP_SIZE = 528,   // [manual: RM0033 and RM0090, "One-time programmable bytes"]
    L4_OTP_SIZE = 1024,  // [manual: RM0351 and RM0461, "Flash module organization"]
};

// All other peripherals: read 0 and ignore stores.
static const struct tn_emu_device other = {
        .name = "?", .base = 0x40000000, .size = 0x40000, .unknown = true};
static const struct tn_emu_device other_ahb3 = {
        .name = "?", .base = 0x58000000, .size = 0x10000, .unknown = true};

static const struct tn_emu_device *const l4_devices[] = {
        &tn_emu_stm32l4_flash,
        &tn_emu_stm32l4_usart1,
        &tn_emu_stm32l4_usart2,
        &tn_emu_stm32l4_timer2,
        &tn_emu_stm32l4_gpio,
        &tn_emu_stm32l4_rcc,
        &tn_emu_stm32l4_syscfg,
        &tn_emu_stm32_watchdog,
        &tn_emu_stm32l4_pwr,
        &tn_emu_stm32l4_backup,
        &tn_emu_stm32_id,
        &tn_emu_stm32_otg2,
        &tn_emu_cortexm_system,
        &other,
};

static const struct tn_emu_device *const wl_devices[] = {
        &tn_emu_stm32wl_flash,
        &tn_emu_stm32wl_usart2,
        &tn_emu_stm32wl_usart1,
        &tn_emu_stm32wl_timer2,
        &tn_emu_stm32l4_gpio,
        &tn_emu_stm32wl_rcc,
        &tn_emu_stm32l4_syscfg,
        &tn_emu_stm32_watchdog,
        &tn_emu_stm32wl_pwr,
        &tn_emu_stm32wl_backup,
        &tn_emu_stm32_id,
        &tn_emu_cortexm_system,
        &other,
        &other_ahb3,
};

static const struct tn_emu_sectors l4_sectors[] = {{0x800, 512}};
static const struct tn_emu_sectors wl_sectors[] = {{0x800, 128}};

const struct tn_emu_chip tn_emu_stm32l476 = {
        .name = "stm32l476",
        .core = TN_EMU_CORTEX_M4,
        .flash_base = 0x08000000,
        .flash_size = 0x100000,
        .flash_at_0 = true,
        .sectors = l4_sectors,
        .otp_size = L4_OTP_SIZE,
        .unit = 8,
        .unit_writes = 2,  // the second one is of zeros (stm32_flash_l4.c)
        .ecc = true,
        .ram_base = 0x20000000,
        .ram_size = 0x18000,
        .ram2_base = 0x10000000,
        .ram2_size = 0x8000,
        .rom_base = ROM,
        .rom_size = L4_ROM_SIZE,
        .insns_per_us = 16,
        .irqs = 82,
        .usb = &tn_emu_stm32_usb,
        .devices = l4_devices,
        .ndevices = TN_LEN(l4_devices),
};

const struct tn_emu_chip tn_emu_stm32wle5 = {
        .name = "stm32wle5",
        .core = TN_EMU_CORTEX_M4,
        .flash_base = 0x08000000,
        .flash_size = 0x40000,
        .flash_at_0 = true,
        .sectors = wl_sectors,
        .otp_size = L4_OTP_SIZE,
        .unit = 8,
        .unit_writes = 2,
        .ecc = true,
        .ram_base = 0x20000000,
        .ram_size = 0x10000,
        .rom_base = ROM,
        .rom_size = WL_ROM_SIZE,
        .insns_per_us = 16,
        .irqs = 62,
        .devices = wl_devices,
        .ndevices = TN_LEN(wl_devices),
};

// ---- F2 and F4 -------------------------------------------------------------------------

static const struct tn_emu_device *const f4_devices[] = {
        &tn_emu_stm32f4_flash,
        &tn_emu_stm32f4_usart3,
        &tn_emu_stm32f4_usart2,
        &tn_emu_stm32f4_timer2,
        &tn_emu_stm32f4_gpio,
        &tn_emu_stm32f4_rcc,
        &tn_emu_stm32f4_syscfg,
        &tn_emu_stm32_watchdog,
        &tn_emu_stm32l4_pwr,
        &tn_emu_stm32l4_backup,
        &tn_emu_stm32_id,
        &tn_emu_stm32_otg1,
        &tn_emu_cortexm_system,
        &other,
};

static const struct tn_emu_sectors f4_sectors[] = {{0x4000, 4}, {0x10000, 1}, {0x20000, 7}};

const struct tn_emu_chip tn_emu_stm32f405 = {
        .name = "stm32f405",
        .core = TN_EMU_CORTEX_M4,
        .flash_base = 0x08000000,
        .flash_size = 0x100000,
        .flash_at_0 = true,
        .sectors = f4_sectors,
        .otp_size = F4_OTP_SIZE,
        .unit = 4,
        .unit_writes = 100,  // bits may be cleared again and again
        .ram_base = 0x20000000,
        .ram_size = 0x20000,
        .ram2_base = 0x10000000,
        .ram2_size = 0x10000,
        .rom_base = ROM,
        .rom_size = F4_ROM_SIZE,
        .insns_per_us = 16,
        .irqs = 82,
        .usb = &tn_emu_stm32_usb,
        .devices = f4_devices,
        .ndevices = TN_LEN(f4_devices),
};

// Boards have their console at another UART.
static const struct tn_emu_device *const f446_devices[] = {
        &tn_emu_stm32f4_flash,
        &tn_emu_stm32f446_usart2,
        &tn_emu_stm32f4_timer2,
        &tn_emu_stm32f4_gpio,
        &tn_emu_stm32f4_rcc,
        &tn_emu_stm32f4_syscfg,
        &tn_emu_stm32_watchdog,
        &tn_emu_stm32l4_pwr,
        &tn_emu_stm32l4_backup,
        &tn_emu_stm32_id,
        &tn_emu_stm32_otg2,
        &tn_emu_cortexm_system,
        &other,
};

static const struct tn_emu_sectors f446_sectors[] = {{0x4000, 4}, {0x10000, 1}, {0x20000, 3}};

const struct tn_emu_chip tn_emu_stm32f446 = {
        .name = "stm32f446",
        .core = TN_EMU_CORTEX_M4,
        .flash_base = 0x08000000,
        .flash_size = 0x80000,
        .flash_at_0 = true,
        .sectors = f446_sectors,
        .otp_size = F4_OTP_SIZE,
        .unit = 4,
        .unit_writes = 100,
        .ram_base = 0x20000000,
        .ram_size = 0x20000,
        .rom_base = ROM,
        .rom_size = F4_ROM_SIZE,
        .insns_per_us = 16,
        .irqs = 97,
        .usb = &tn_emu_stm32_usb,
        .devices = f446_devices,
        .ndevices = TN_LEN(f446_devices),
};

const struct tn_emu_chip tn_emu_stm32f207 = {
        .name = "stm32f207",
        .core = TN_EMU_CORTEX_M3,
        .flash_base = 0x08000000,
        .flash_size = 0x100000,
        .flash_at_0 = true,
        .sectors = f4_sectors,
        .otp_size = F4_OTP_SIZE,
        .unit = 4,
        .unit_writes = 100,
        .ram_base = 0x20000000,
        .ram_size = 0x20000,
        .rom_base = ROM,
        .rom_size = F4_ROM_SIZE,
        .insns_per_us = 16,
        .irqs = 81,
        .usb = &tn_emu_stm32_usb,
        .devices = f4_devices,
        .ndevices = TN_LEN(f4_devices),
};
