// SPDX-License-Identifier: Apache-2.0
// Text that is written as to a file and ends up in memory.
#ifndef TN_HOST_BASE_MEMORY_H
#define TN_HOST_BASE_MEMORY_H

#include <stddef.h>
#include <stdio.h>

#include "base/compiler.h"

TN_C_BEGIN

struct tn_memory {
    FILE *out;  // the caller writes here
    char *text;
    size_t len;
};

// Returns 0, or -1 if there is no memory.
int tn_memory_open(struct tn_memory *m);

// Closes out, and sets text, on the heap with a 0 behind it, and len. Returns 0, or -1: then text
// is NULL.
int tn_memory_close(struct tn_memory *m);

TN_C_END

#endif
