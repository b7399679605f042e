// SPDX-License-Identifier: Apache-2.0
// Reads a file of firmware as bytes, whatever its form: binary, Intel HEX or UF2, each also as a
// .dfu file, and DfuSe.
#ifndef TN_HOST_FILES_LOAD_H
#define TN_HOST_FILES_LOAD_H

#include "host/files/dfu.h"
#include "host/files/kind.h"
#include "host/files/segments.h"

#include "base/compiler.h"

TN_C_BEGIN

// The bytes of a file. Free them with tn_buf_free.
struct tn_loaded {
    struct tn_buf bytes;
    bool has_addr;          // the file says where its bytes belong
    uint32_t addr;          // of the first byte; 0 without has_addr
    bool is_dfu;            // it was a .dfu file, whose suffix is taken off
    struct tn_dfu_ids ids;  // then: whom it is for
};

// Reads a file. Its content decides what it is, not its name; only if the content says nothing, a
// name that ends in .hex makes it Intel HEX, so that the fault names the damaged line. Gaps are
// filled with 0xff.
int tn_load(const char *path, struct tn_loaded *ret, struct tn_fault *f);

// The same. *ret_addr is 0 if the file has no addresses.
int tn_image_load(const char *path, struct tn_buf *ret, uint32_t *ret_addr, struct tn_fault *f);

// What tn_load_segments found.
struct tn_load_found {
    struct tn_kind_found kind;  // without a DFU suffix
    bool has_addr;              // the file has addresses, and its bytes were added
    struct tn_buf file;         // the file's bytes without a DFU suffix; free them
    bool is_dfu;
    struct tn_dfu_ids ids;  // of the suffix
};

// Adds the bytes of a file that has addresses to s, and finds the file's kind. Of a file without
// addresses nothing is added.
int tn_load_segments(
        const char *path, struct tn_segments *s, struct tn_load_found *ret, struct tn_fault *f);

TN_C_END

#endif
