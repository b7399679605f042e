// SPDX-License-Identifier: Apache-2.0
// Zip archives in memory: an update of several images is one (doc/several_images.md).
//
// Source: PKWARE APPNOTE.TXT, by minizip. Where the library was missing at build time, both calls
// fail with the fault UNSUPPORTED.
#ifndef TN_HOST_FILES_ZIP_H
#define TN_HOST_FILES_ZIP_H

#include "base/compiler.h"
#include "host/base/file.h"

TN_C_BEGIN

enum {
    TN_ZIP_ENTRIES = 32,
    TN_ZIP_NAME = 128,
};

struct tn_zip_entry {
    char name[TN_ZIP_NAME];
    struct tn_buf bytes;  // a 0 follows them
};

struct tn_zip {
    struct tn_zip_entry entries[TN_ZIP_ENTRIES];
    size_t n;
};

// True if the bytes begin as an archive's do.
bool tn_zip_is(const uint8_t *p, size_t len);

// Unpacks an archive; name is its file's, for messages. Folders are left out. More than
// TN_ZIP_ENTRIES files, or TN_FILE_MAX bytes in all, are a fault, as are damaged bytes. Free ret
// with tn_zip_free.
int tn_zip_read(
        const uint8_t *p, size_t len, const char *name, struct tn_zip *ret, struct tn_fault *f);
void tn_zip_free(struct tn_zip *z);

// The file of this name, or NULL.
const struct tn_zip_entry *tn_zip_find(const struct tn_zip *z, const char *name);

// Makes an archive of z's entries, stored as they are. The same entries make the same bytes. Free
// ret with tn_buf_free.
int tn_zip_make(const struct tn_zip *z, struct tn_buf *ret, struct tn_fault *f);

TN_C_END

#endif
