// SPDX-License-Identifier: Apache-2.0
// Base64 of RFC 4648 section 4, with padding, a group of four characters at a time.
#ifndef TN_BASE_BASE64_H
#define TN_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// Writes the four characters of n bytes, 1 to 3 of them.
void tn_base64_put(char *out, const uint8_t *in, size_t n);

// Decodes four characters to 1 to 3 bytes; padding ends the text. Returns how many bytes, or
// TN_EINVAL if the four are not base64: then the three bytes at out are undefined.
int tn_base64_get(uint8_t *out, const char *in);

TN_C_END

#endif
