// SPDX-License-Identifier: Apache-2.0
// A linked program: its bytes in flash, and the names of its functions.
//
// Knows ELF by libelf. Knows no chip.
#ifndef TN_EMU_ELF_H
#define TN_EMU_ELF_H

#include <stddef.h>
#include <stdint.h>

struct tn_elf_function {
    uint32_t addr;  // without the Thumb bit
    uint32_t size;
    char *name;
};

struct tn_elf {
    uint8_t *image;  // content of the flash from base on
    uint32_t len;
    struct tn_elf_function *functions;  // by address
    size_t nfunctions;
};

// Reads a 32-bit Arm program that is linked for the max bytes of flash from address base on.
// Returns 0, or -1 with a line on stderr.
int tn_elf_open(struct tn_elf *ret, const char *path, uint32_t base, uint32_t max);
void tn_elf_close(struct tn_elf *elf);

// The function that holds addr, NULL if none does.
const struct tn_elf_function *tn_elf_at(const struct tn_elf *elf, uint32_t addr);

// The function of this name, NULL if there is none.
const struct tn_elf_function *tn_elf_find(const struct tn_elf *elf, const char *name);

#endif
