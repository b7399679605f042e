// SPDX-License-Identifier: Apache-2.0
// Finds the source line of an instruction, by arm-none-eabi-addr2line.
#ifndef TN_EMU_LINES_H
#define TN_EMU_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TN_LINE_TEXT = 96,
};

struct tn_line {
    uint32_t addr;
    bool is_library;          // in third_party/, or in code without sources
    char text[TN_LINE_TEXT];  // "function, room/file.c:12"
};

// Looks up n addresses (addr is set) of a program. Returns 0, or -1 with a line on stderr.
int tn_lines_find(const char *elf, struct tn_line *lines, size_t n);

#endif
