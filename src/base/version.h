// SPDX-License-Identifier: Apache-2.0
// Tenon's own version: of the core, the library, all programs and their pages. doc/stability.md
// says what a change of each number means. CMake and shell scripts read the line below.
#ifndef TN_BASE_VERSION_H
#define TN_BASE_VERSION_H

#include "base/compiler.h"

TN_C_BEGIN

#define TN_VERSION "0.1.0"

TN_C_END

#endif
