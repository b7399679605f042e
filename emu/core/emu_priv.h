// SPDX-License-Identifier: Apache-2.0
// Between the files of the core: cpu.c (Unicorn), bus.c (devices), flash.c, emu.c (runs, copies).
#ifndef TN_EMU_EMU_PRIV_H
#define TN_EMU_EMU_PRIV_H

#include "emu.h"

// Ends the run at the next instruction. The first reason stays.
void tn_emu_finish(struct tn_emu *e, enum tn_emu_end end);

// --- cpu.c

// An engine over the chip's memory. 0, or -1 with a line on stderr.
int tn_emu_cpu_make(struct tn_emu *e);
void tn_emu_cpu_free(struct tn_emu *e);

// Makes the engine anew if code has changed that it may have translated.
void tn_emu_cpu_renew(struct tn_emu *e);

// Puts the core where a reset puts it.
void tn_emu_cpu_reset(struct tn_emu *e);

// Executes until e->ended, or an end that the core comes to by itself.
void tn_emu_cpu_run(struct tn_emu *e);

// --- bus.c

// Makes the devices' states and the windows. 0, or -1 with a line on stderr.
int tn_emu_bus_open(struct tn_emu *e);
void tn_emu_bus_close(struct tn_emu *e);
void tn_emu_bus_power_on(struct tn_emu *e);
void tn_emu_bus_reset(struct tn_emu *e);
void tn_emu_bus_store(struct tn_emu *e, uint32_t addr, unsigned size, uint32_t value);
void tn_emu_bus_store_flash(struct tn_emu *e, uint32_t off, unsigned size, uint32_t value);

// --- flash.c

// True if the code that is executed lies at this offset of the flash.
bool tn_emu_is_code(const struct tn_emu *e, uint32_t off);

#endif
