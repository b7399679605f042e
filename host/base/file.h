// SPDX-License-Identifier: Apache-2.0
// Reads and writes whole files.
#ifndef TN_HOST_BASE_FILE_H
#define TN_HOST_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/base/fault.h"

#include "base/compiler.h"

TN_C_BEGIN

enum { TN_FILE_MAX = 64 << 20 };  // far above any flash: a larger file is the wrong file

// Bytes on the heap. The owner frees them.
struct tn_buf {
    uint8_t *p;
    size_t len;
};

void tn_buf_free(struct tn_buf *b);

// Reads a file of at most TN_FILE_MAX bytes. A 0 follows the bytes, so that text can be searched;
// len does not count it.
int tn_file_read(const char *path, struct tn_buf *ret, struct tn_fault *f);

// The same, of standard input up to its end.
int tn_file_read_stdin(struct tn_buf *ret, struct tn_fault *f);

// The same, of an open file descriptor up to its end. number: as text. Closes it.
int tn_file_read_fd(const char *number, struct tn_buf *ret, struct tn_fault *f);

enum tn_file_mode {
    TN_FILE_PLAIN,    // replaces an existing file
    TN_FILE_PRIVATE,  // only its owner can read it; refuses to replace a file
    TN_FILE_PRIVATE_REPLACE,
};

// Writes a file through a temporary one beside it. A reader, also after a crash, sees the old bytes
// or the new bytes, never a mixture. Devices such as /dev/stdout are written directly.
int tn_file_write(const char *path, const void *bytes, size_t len, enum tn_file_mode mode,
        struct tn_fault *f);

// True if the path ends in the suffix (".hex"), in upper or lower case.
bool tn_file_has_suffix(const char *path, const char *suffix);

TN_C_END

#endif
