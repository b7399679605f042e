// SPDX-License-Identifier: Apache-2.0
// Base64 of RFC 4648 section 4, with padding, for one line at a time.
#ifndef TN_BASE_BASE64_H
#define TN_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

// Writes the code of len bytes to out, which must hold 4 characters for each 3 bytes begun.
// No terminator. Returns the number of characters.
size_t tn_base64_put(char *out, const uint8_t *in, size_t len);

// Decodes len characters in place of out (which may be the very buffer of in: 4 characters are
// read before their 3 bytes are written). Padding may stand at the end only.
//
// Returns the number of bytes, or TN_EINVAL if len is no multiple of 4 or a character is no
// base64; out is then undefined.
int tn_base64_get(uint8_t *out, const char *in, size_t len);

#endif
