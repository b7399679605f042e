// SPDX-License-Identifier: Apache-2.0
// Bytes at addresses: the content of an Intel HEX file, or of several merged files.
//
// Source: Intel, "Hexadecimal Object File Format Specification", revision A, 1988. Records 00, 01,
// 02 and 04 are read. 03 and 05 are skipped: they hold start addresses, which flash does not need.
#ifndef TN_HOST_FILES_SEGMENTS_H
#define TN_HOST_FILES_SEGMENTS_H

#include "host/base/file.h"

#include "base/compiler.h"

TN_C_BEGIN

// A run of bytes without a gap.
struct tn_segment {
    uint32_t addr;
    struct tn_buf bytes;
};

// Sorted by address; no two overlap or touch. Initialize with {0}.
struct tn_segments {
    struct tn_segment *list;
    size_t n;
};

void tn_segments_free(struct tn_segments *s);

// Adds a copy of bytes. They must end within 32 bits of address, and must not overlap bytes that
// were added before. name is the file's, for the fault.
int tn_segments_add(struct tn_segments *s, uint32_t addr, const void *bytes, size_t len,
        const char *name, struct tn_fault *f);

// All segments as one run, with gaps filled. A span above TN_FILE_MAX is refused.
int tn_segments_flatten(const struct tn_segments *s, uint8_t fill, uint32_t *ret_addr,
        struct tn_buf *ret, const char *name, struct tn_fault *f);

// Adds the records of Intel HEX text (len bytes). Checks every record's checksum. The end record
// must be there, and be the last. A byte order mark in front of the text is ignored.
int tn_ihex_parse(
        struct tn_segments *s, const char *text, size_t len, const char *name, struct tn_fault *f);

// The segments as Intel HEX text, 16 bytes per record, on the heap.
int tn_ihex_format(const struct tn_segments *s, struct tn_buf *ret, struct tn_fault *f);

TN_C_END

#endif
