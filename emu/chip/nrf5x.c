// SPDX-License-Identifier: Apache-2.0
// nRF51822, nRF52833 and nRF52840. Most devices are at the same addresses in all.
//
// Sources: Nordic, "nRF51 Series Reference Manual", version 3.0, chapter 6, and "nRF51822 Product
// Specification" (memory); "nRF52840 Product Specification", version 1.1, section 4.2;
// "nRF52833 Product Specification", version 1.5, section 4.2 (512 KiB of flash, 128 KiB of RAM).
#include "base/compiler.h"
#include "chips.h"
#include "nrf5x_priv.h"

// What has no name here. It too reads 0 and ignores stores.
static const struct tn_emu_device other = {
        .name = "?", .base = 0x40000000, .size = 0x30000, .unknown = true};

#define UNKNOWN                                                                                    \
    &tn_emu_nrf5x_radio, &tn_emu_nrf5x_gpiote, &tn_emu_nrf5x_adc, &tn_emu_nrf5x_ecb,               \
            &tn_emu_nrf5x_aar, &tn_emu_nrf5x_qdec, &tn_emu_nrf5x_lpcomp, &tn_emu_nrf5x_ppi

#define COMMON                                                                                     \
    &tn_emu_nrf5x_nvmc, &tn_emu_nrf5x_power, &tn_emu_nrf5x_timer0, &tn_emu_nrf5x_timer1,           \
            &tn_emu_nrf5x_timer2, &tn_emu_nrf5x_rtc0, &tn_emu_nrf5x_rtc1, &tn_emu_nrf5x_watchdog,  \
            &tn_emu_nrf5x_gpio, &tn_emu_nrf5x_ficr, &tn_emu_nrf5x_uicr, &tn_emu_nrf5x_rom_table,   \
            &tn_emu_nrf5x_rng, &tn_emu_nrf5x_temp, &tn_emu_cortexm_system

static const struct tn_emu_device *const nrf51_devices[] = {
        COMMON, &tn_emu_nrf5x_uart, &tn_emu_nrf51_twi0, &tn_emu_nrf51_twi1, UNKNOWN, &other};
static const struct tn_emu_device *const nrf52_devices[] = {COMMON, &tn_emu_nrf52_serial,
        &tn_emu_nrf5x_timer3, &tn_emu_nrf5x_timer4, &tn_emu_nrf5x_rtc2, UNKNOWN,
        &tn_emu_nrf52_spim0, &tn_emu_nrf52_spim1, &tn_emu_nrf52_nfct, &tn_emu_nrf52_pwm0,
        &tn_emu_nrf52_usbd, &tn_emu_nrf52_anomaly, &tn_emu_nrf52_uarte1, &tn_emu_nrf52_qspi,
        &tn_emu_nrf52_pwm3, &tn_emu_nrf52_spim3, &other};

static const struct tn_emu_sectors nrf51822_sectors[] = {{0x400, 256}};
static const struct tn_emu_sectors nrf52833_sectors[] = {{0x1000, 128}};
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
        .irqs = 32,
        .devices = nrf51_devices,
        .ndevices = TN_LEN(nrf51_devices),
};

#define NRF52(chip, kib_flash, kib_ram)                                                            \
    const struct tn_emu_chip tn_emu_##chip = {                                                     \
            .name = #chip,                                                                         \
            .core = TN_EMU_CORTEX_M4,                                                              \
            .flash_size = (kib_flash)*1024,                                                        \
            .sectors = chip##_sectors,                                                             \
            .unit = 4,                                                                             \
            .unit_writes = 2,                                                                      \
            .ram_base = 0x20000000,                                                                \
            .ram_size = (kib_ram)*1024,                                                            \
            .insns_per_us = 64,                                                                    \
            .irqs = 48,                                                                            \
            .usb = &tn_emu_nrf5x_usb,                                                              \
            .devices = nrf52_devices,                                                              \
            .ndevices = TN_LEN(nrf52_devices),                                                     \
    }

NRF52(nrf52833, 512, 128);
NRF52(nrf52840, 1024, 256);
