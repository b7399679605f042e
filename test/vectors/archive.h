// SPDX-License-Identifier: Apache-2.0
// An archive of dumps, zip or tar.xz, read once and whole.
#ifndef TN_TEST_VECTORS_ARCHIVE_H
#define TN_TEST_VECTORS_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

struct dumps_member {
    char *name;
    uint8_t *bytes;
    size_t len;
};

struct dumps_archive {
    struct dumps_member *members;
    size_t n;
};

// Reads the archive at path; ends the program if it cannot be read.
void dumps_open(struct dumps_archive *ret, const char *path);

// The member of this name; NULL if there is none.
const struct dumps_member *dumps_find(const struct dumps_archive *a, const char *name);

void dumps_close(struct dumps_archive *a);

#endif
