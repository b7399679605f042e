// SPDX-License-Identifier: Apache-2.0
// Texts of the errors of a file that a person sends, by DFU or XMODEM: cause and next step in a few
// words. A loader without room for them does not link this file.
#ifndef TN_SERVE_FILE_WORDS_H
#define TN_SERVE_FILE_WORDS_H

#include "base/compiler.h"

TN_C_BEGIN

// The text of an error, or NULL.
const char *tn_serve_file_words(int err);

TN_C_END

#endif
