// SPDX-License-Identifier: Apache-2.0
// Makes foreign text safe to print.
//
// A device's text may hold sequences that control a terminal: colours at best, at worst a title, a
// key's meaning, or a line that hides another. They are taken out. Other control characters become
// '?', and so do bytes that are no UTF-8.
#ifndef TN_HOST_BASE_TEXT_H
#define TN_HOST_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/compiler.h"

TN_C_BEGIN

// Copies a device's text of one line, and cuts it if it is too long.
void tn_text_copy(char *ret, size_t size, struct tn_span text);

// The same for text of several lines: keeps newlines and tabs, and removes carriage returns.
void tn_lines_copy(char *ret, size_t size, struct tn_span text);

// The same for a stream: sequences and characters may be cut anywhere. Start with zeros.
struct tn_clean {
    // private
    uint8_t state;
    uint8_t want;  // bytes that the character still lacks
    uint8_t len;
    uint8_t bytes[4];  // of the unfinished character
};

enum { TN_CLEAN_OUT = 4 };

// Takes one byte. Writes at most TN_CLEAN_OUT bytes to out, and returns how many.
size_t tn_clean_byte(struct tn_clean *c, uint8_t byte, char *out);

TN_C_END

#endif
