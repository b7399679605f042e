// SPDX-License-Identifier: Apache-2.0
// Reads members of a zip file, stored or deflated. The vectors come in this form.
#ifndef TN_TEST_VECTORS_ZIP_H
#define TN_TEST_VECTORS_ZIP_H

#include "host/base/file.h"

// Unpacks the member of this name to out. Returns its length, or -1 if it is missing, damaged or
// larger than size.
long zip_read(const struct tn_buf *zip, const char *name, uint8_t *out, size_t size);

#endif
