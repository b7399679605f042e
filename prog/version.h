// SPDX-License-Identifier: Apache-2.0
// Tenon's own version: of all its programs, their pages and the library. CMake reads it here.
#ifndef TN_PROG_VERSION_H
#define TN_PROG_VERSION_H

#define TN_VERSION "0.1.0"

#endif
