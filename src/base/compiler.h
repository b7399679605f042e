// SPDX-License-Identifier: Apache-2.0
// The few things that C11 leaves to the compiler or to macros.
//
// Knows the language and nothing of Tenon.
#ifndef TN_BASE_COMPILER_H
#define TN_BASE_COMPILER_H

#include <stddef.h>

// Elements of an array whose size the compiler knows.
#define TN_LEN(a) (sizeof(a) / sizeof((a)[0]))

// Hides the value of x from the optimizer, so that a repeated check is really repeated.
#define TN_OPAQUE(x) __asm__ volatile("" : "+r"(x))

// The compiler moves no access to memory across it: for what an interrupt shares with a loop.
#define TN_BARRIER() __asm__ volatile("" : : : "memory")

// Marks symbols of a unit compiled as a whole program that other units use
// (cmake/third_party.cmake).
#if defined(__clang__)
#define TN_EXPORTED
#else
#define TN_EXPORTED __attribute__((externally_visible))
#endif

// Each public header has its declarations between these two, so that a C++ program can include it.
#if defined(__cplusplus)
#define TN_C_BEGIN extern "C" {
#define TN_C_END }
#else
#define TN_C_BEGIN
#define TN_C_END
#endif

#endif
