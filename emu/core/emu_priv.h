// SPDX-License-Identifier: Apache-2.0
// What the files of the core share: cpu.c (Unicorn), bus.c (devices), flash.c, emu.c (runs).
#ifndef TN_EMU_EMU_PRIV_H
#define TN_EMU_EMU_PRIV_H

#include "emu.h"

// Ends the run at the next instruction. The first reason counts.
void tn_emu_finish(struct tn_emu *e, enum tn_emu_end end);

// --- cpu.c

// Makes an engine over the chip's memory. Returns 0, or -1 with a line on stderr.
int tn_emu_cpu_make(struct tn_emu *e);
void tn_emu_cpu_free(struct tn_emu *e);

// Makes a new engine if code has changed that the old one may have translated, or if loads from
// flash are to be looked at from now on, or no more.
void tn_emu_cpu_renew(struct tn_emu *e);

// Sets the registers as a reset does.
void tn_emu_cpu_reset(struct tn_emu *e);

// Executes until e->ended, or until the core stops by itself.
void tn_emu_cpu_run(struct tn_emu *e);

// --- bus.c

// Makes the devices' states and the windows. Returns 0, or -1 with a line on stderr.
int tn_emu_bus_open(struct tn_emu *e);
void tn_emu_bus_close(struct tn_emu *e);
void tn_emu_bus_power_on(struct tn_emu *e);
void tn_emu_bus_reset(struct tn_emu *e);
void tn_emu_bus_store_flash(struct tn_emu *e, uint32_t off, unsigned size, uint32_t value);

void tn_emu_bus_load_bad(struct tn_emu *e, uint32_t off);

// The device that is the chip's ROM, and its state; NULL: none is.
const struct tn_emu_device *tn_emu_bus_rom(struct tn_emu *e, void **ret_state);

void tn_emu_bus_tick(struct tn_emu *e);  // calls all ticks that the devices have

// --- emu.c

// Nothing happens before the time until, or before a tick is due: sleeps. False: the run ends.
bool tn_emu_rest(struct tn_emu *e, uint64_t until);

// --- flash.c

// True if this offset of the flash belongs to the code that may run.
bool tn_emu_is_code(const struct tn_emu *e, uint32_t off);

#endif
