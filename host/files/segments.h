// SPDX-License-Identifier: Apache-2.0
// Bytes at addresses: what an Intel HEX file, or several files merged, hold.
//
// Source: Intel, "Hexadecimal Object File Format Specification", revision A, 1988. Records 00,
// 01, 02 and 04 are read, 03 and 05 (start addresses, which flash has no use for) passed over.
#ifndef TN_HOST_FILES_SEGMENTS_H
#define TN_HOST_FILES_SEGMENTS_H

#include "host/base/file.h"

// One run of bytes without a gap.
struct tn_segment {
    uint32_t addr;
    struct tn_buf bytes;
};

// Sorted by address; no two overlap or touch. Begin with {0}.
struct tn_segments {
    struct tn_segment *list;
    size_t n;
};

void tn_segments_free(struct tn_segments *s);

// Adds a copy of bytes, which must end within 32 bits of address and overlap nothing that is
// there; name is the file's, for the fault.
int tn_segments_add(struct tn_segments *s, uint32_t addr, const void *bytes, size_t len,
        const char *name, struct tn_fault *f);

// All of it as one run, gaps filled. A span above TN_FILE_MAX is refused.
int tn_segments_flatten(const struct tn_segments *s, uint8_t fill, uint32_t *ret_addr,
        struct tn_buf *ret, const char *name, struct tn_fault *f);

// Adds the records of Intel HEX text (len bytes). Every record's checksum is checked, and the
// end record must come.
int tn_ihex_parse(
        struct tn_segments *s, const char *text, size_t len, const char *name, struct tn_fault *f);

// The segments as Intel HEX text, 16 bytes a record, on the heap.
int tn_ihex_format(const struct tn_segments *s, struct tn_buf *ret, struct tn_fault *f);

#endif
