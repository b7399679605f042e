// SPDX-License-Identifier: Apache-2.0
// Text that somebody else wrote, made safe to print.
#ifndef TN_HOST_BASE_TEXT_H
#define TN_HOST_BASE_TEXT_H

#include <stddef.h>

#include "base/bytes.h"

// Copies a device's text, cut where it is too long; what is no ASCII, or could steer a terminal,
// becomes '?'.
void tn_text_copy(char *ret, size_t size, struct tn_span text);

// The same for text of several lines: their ends stay, and carriage returns go.
void tn_lines_copy(char *ret, size_t size, struct tn_span text);

#endif
