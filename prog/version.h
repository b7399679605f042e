// SPDX-License-Identifier: Apache-2.0
// Tenon's own version, of all its programs.
#ifndef TN_PROG_VERSION_H
#define TN_PROG_VERSION_H

#define TN_PROG_VERSION "0.1.0"

#endif
