// SPDX-License-Identifier: Apache-2.0
// Between the core (emu.c) and the devices around it (nrf5x.c).
#ifndef TN_EMU_EMU_PRIV_H
#define TN_EMU_EMU_PRIV_H

#include "emu.h"

// Ends the run at the next instruction. The first reason stays.
void tn_emu_finish(struct tn_emu *e, enum tn_emu_end end);

// Devices as power finds them (but for the flash), and as a reset does: cause is a bit of
// RESETREAS.
void tn_emu_devices_power_on(struct tn_emu *e);
void tn_emu_devices_reset(struct tn_emu *e);

// Registers, by address. What is not modelled reads 0 and takes anything.
uint32_t tn_emu_load(struct tn_emu *e, uint32_t addr);
void tn_emu_store(struct tn_emu *e, uint32_t addr, uint32_t value);

// The program stores to its flash.
void tn_emu_store_flash(struct tn_emu *e, uint32_t addr, uint32_t size, uint32_t value);

#endif
