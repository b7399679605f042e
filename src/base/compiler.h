// SPDX-License-Identifier: Apache-2.0
// The few things that C11 leaves to the compiler, or to a macro.
//
// Knows the language and nothing of Tenon.
#ifndef TN_BASE_COMPILER_H
#define TN_BASE_COMPILER_H

#include <stddef.h>

// Elements of an array whose size the compiler knows.
#define TN_LEN(a) (sizeof(a) / sizeof((a)[0]))

// The compiler forgets what it knows of an integer: what is asked of it once more is asked indeed.
#define TN_OPAQUE(x) __asm__ volatile("" : "+r"(x))

#endif
