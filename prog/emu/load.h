// SPDX-License-Identifier: Apache-2.0
// Puts files into an emulated chip's flash, as a programmer does: .hex, ELF, .bin of the whole
// flash, or .bin@ADDRESS.
#ifndef TN_PROG_EMU_LOAD_H
#define TN_PROG_EMU_LOAD_H

#include "emu/core/emu.h"

enum {
    LOAD_UICR_SIZE = 0x400,
};

// Words outside of the flash go to uicr. Returns 0, or -1 with a line on stderr.
int load_file(struct tn_emu *e, uint8_t uicr[LOAD_UICR_SIZE], const char *file);

// Writes the whole flash to a file. Returns 0, or -1 with a line on stderr.
int load_save(const struct tn_emu *e, const char *path);

#endif
