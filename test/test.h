// SPDX-License-Identifier: Apache-2.0
// What a test file needs: TEST, CHECK, CHECK_EQ, CHECK_MEM, CHECK_STR, over cmocka.
//
// TEST registers itself before main (test_main.c) runs, so that no list of tests can forget
// one. A failed check ends its test, not the program. A name as the program's argument runs
// only the tests whose names contain it.
#ifndef TN_TEST_TEST_H
#define TN_TEST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// One test: TEST(what_it_promises) { ... }
#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    static void run_##name(void **state) {                                                         \
        (void)state;                                                                               \
        name();                                                                                    \
    }                                                                                              \
    __attribute__((constructor)) static void register_##name(void) {                               \
        tn_test_add(#name, run_##name);                                                            \
    }                                                                                              \
    static void name(void)

// True, or the test ends.
#define CHECK(cond) tn_check(!!(cond), #cond, __FILE__, __LINE__)

// Two integers of any type; both are printed when they differ.
#define CHECK_EQ(got, want)                                                                        \
    tn_check_eq((long long)(got), (long long)(want), #got, __FILE__, __LINE__)

// len bytes; the first place that differs is printed.
#define CHECK_MEM(got, want, len) tn_check_mem(got, want, len, #got, __FILE__, __LINE__)

#define CHECK_STR(got, want) tn_check_str(got, want, #got, __FILE__, __LINE__)

void tn_test_add(const char *name, CMUnitTestFunction run);
void tn_check(bool ok, const char *what, const char *file, int line);
void tn_check_eq(long long got, long long want, const char *what, const char *file, int line);
void tn_check_mem(const void *got, const void *want, size_t len, const char *what, const char *file,
        int line);
void tn_check_str(const char *got, const char *want, const char *what, const char *file, int line);

// Text of hex digits (blanks allowed) as bytes. Returns their number; the test ends if there
// are more than size, or something else than digits.
size_t tn_test_hex(uint8_t *out, size_t size, const char *digits);

// The next of a series of pseudo-random numbers; the same seed gives the same series.
uint32_t tn_test_random(uint32_t *seed);

#endif
