// SPDX-License-Identifier: Apache-2.0
// Makes foreign text safe to print.
#ifndef TN_HOST_BASE_TEXT_H
#define TN_HOST_BASE_TEXT_H

#include <stddef.h>

#include "base/bytes.h"

// Copies a device's text, and cuts it if it is too long. Each byte that is not ASCII, or that could
// control a terminal, becomes '?'.
void tn_text_copy(char *ret, size_t size, struct tn_span text);

// The same for text of several lines: keeps newlines and removes carriage returns.
void tn_lines_copy(char *ret, size_t size, struct tn_span text);

#endif
