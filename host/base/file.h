// SPDX-License-Identifier: Apache-2.0
// Whole files in and out of memory.
#ifndef TN_HOST_BASE_FILE_H
#define TN_HOST_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

enum { TN_FILE_MAX = 64 << 20 };  // far above any flash: what is larger is the wrong file

// Bytes on the heap, the owner's to free.
struct tn_buf {
    uint8_t *p;
    size_t len;
};

void tn_buf_free(struct tn_buf *b);

// Reads a file of at most TN_FILE_MAX bytes. The bytes are followed by a 0 that len does not
// count, so that text can be searched.
int tn_file_read(const char *path, struct tn_buf *ret, struct tn_fault *f);

enum tn_file_mode {
    TN_FILE_PLAIN,    // replaces what was there
    TN_FILE_PRIVATE,  // readable by its owner alone; refuses to replace a file
    TN_FILE_PRIVATE_REPLACE,
};

// Writes a file by way of a temporary one beside it, so that a reader, or a crash, sees the
// old bytes or the new ones and no mixture. Devices such as /dev/stdout are written directly.
int tn_file_write(const char *path, const void *bytes, size_t len, enum tn_file_mode mode,
        struct tn_fault *f);

// True if the path ends in the suffix, whatever the case: ".hex".
bool tn_file_has_suffix(const char *path, const char *suffix);

#endif
