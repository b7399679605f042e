// SPDX-License-Identifier: Apache-2.0
// Reads a file of firmware as bytes, whatever its form: binary, Intel HEX or UF2.
#ifndef TN_HOST_FILES_LOAD_H
#define TN_HOST_FILES_LOAD_H

#include "host/files/kind.h"
#include "host/files/segments.h"

#include "base/compiler.h"

TN_C_BEGIN

// The bytes of a file. Free them with tn_buf_free.
struct tn_loaded {
    struct tn_buf bytes;
    bool has_addr;  // the file says where its bytes belong
    uint32_t addr;  // of the first byte; 0 without has_addr
};

// Reads a file. Its content decides what it is, not its name; only if the content says nothing, a
// name that ends in .hex makes it Intel HEX, so that the fault names the damaged line. Gaps are
// filled with 0xff.
int tn_load(const char *path, struct tn_loaded *ret, struct tn_fault *f);

// The same. *ret_addr is 0 if the file has no addresses.
int tn_image_load(const char *path, struct tn_buf *ret, uint32_t *ret_addr, struct tn_fault *f);

// Adds the bytes of a file that has addresses, and finds its kind. *ret_has_addr is false if it has
// none: then it adds nothing, and *ret_file holds the file's bytes. Free ret_file in both cases.
int tn_load_segments(const char *path, struct tn_segments *s, struct tn_kind_found *ret_kind,
        bool *ret_has_addr, struct tn_buf *ret_file, struct tn_fault *f);

TN_C_END

#endif
