// SPDX-License-Identifier: Apache-2.0
// The nRF5340's application core, secure. Its network core stays in its reset. Source: Nordic,
// "nRF5340 Product Specification": memory, "Instances" of each chapter.
//
// Only the secure addresses of devices exist here: an access to a non-secure one is a fault, as on
// the chip as long as its SPU says that the devices are secure.
#include "base/compiler.h"
#include "chips.h"
#include "nrf53_priv.h"
#include "nrf5x_priv.h"

// All other peripherals: read 0 and ignore stores.
static const struct tn_emu_device other = {
        .name = "?", .base = 0x50000000, .size = 0x80000, .unknown = true};

static const struct tn_emu_device *const devices[] = {
        &tn_emu_nrf53_nvmc,
        &tn_emu_nrf53_uarte0,
        &tn_emu_nrf53_power,
        &tn_emu_nrf53_timer0,
        &tn_emu_nrf53_timer1,
        &tn_emu_nrf53_timer2,
        &tn_emu_nrf53_rtc0,
        &tn_emu_nrf53_rtc1,
        &tn_emu_nrf53_watchdog,
        &tn_emu_nrf53_gpio,
        &tn_emu_nrf53_usbd,
        &tn_emu_nrf53_usbreg,
        &tn_emu_nrf53_spu,
        &tn_emu_nrf53_ficr,
        &tn_emu_nrf53_uicr,
        &tn_emu_cortexm_system,
        &other,
};

static const struct tn_emu_sectors sectors[] = {{4096, 256}};

const struct tn_emu_chip tn_emu_nrf5340 = {
        .name = "nrf5340",
        .core = TN_EMU_CORTEX_M33,
        .flash_size = 0x100000,
        .sectors = sectors,
        .unit = 4,
        .unit_writes = 2,
        .ram_base = 0x20000000,
        .ram_size = 0x80000,
        .insns_per_us = 64,
        .irqs = 69,
        .usb = &tn_emu_nrf5x_usb,
        .devices = devices,
        .ndevices = TN_LEN(devices),
};
