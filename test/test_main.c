// SPDX-License-Identifier: Apache-2.0
// The main function of every unit test program, and what its checks print.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

static struct CMUnitTest tests[512];
static size_t ntests;

void tn_test_add(const char *name, CMUnitTestFunction run) {
    if (ntests == sizeof(tests) / sizeof(tests[0])) {
        fprintf(stderr, "test_main.c: more tests than its table holds\n");
        exit(1);
    }
    tests[ntests++] = (struct CMUnitTest){.name = name, .test_func = run};
}

void tn_check(bool ok, const char *what, const char *file, int line) {
    if (!ok) {
        print_error("not true: %s\n", what);
        _fail(file, line);
    }
}

void tn_check_eq(long long got, long long want, const char *what, const char *file, int line) {
    if (got != want) {
        print_error("%s is %lld, not %lld\n", what, got, want);
        _fail(file, line);
    }
}

void tn_check_mem(const void *got, const void *want, size_t len, const char *what, const char *file,
        int line) {
    const uint8_t *g = got;
    const uint8_t *w = want;

    for (size_t i = 0; i < len; i++) {
        if (g[i] != w[i]) {
            print_error("%s: byte %zu of %zu is %02x, not %02x\n", what, i, len, g[i], w[i]);
            _fail(file, line);
        }
    }
}

void tn_check_str(const char *got, const char *want, const char *what, const char *file, int line) {
    if (strcmp(got, want) != 0) {
        print_error("%s is \"%s\", not \"%s\"\n", what, got, want);
        _fail(file, line);
    }
}

size_t tn_test_hex(uint8_t *out, size_t size, const char *digits) {
    size_t n = 0;
    unsigned high = 0;
    bool half = false;

    for (const char *p = digits; *p; p++) {
        if (isspace((unsigned char)*p)) {
            continue;
        }
        const char *hex = "0123456789abcdef";
        const char *at = strchr(hex, tolower((unsigned char)*p));
        tn_check(at != NULL, "a hex digit", __FILE__, __LINE__);
        tn_check(n < size, "room for the bytes", __FILE__, __LINE__);
        if (half) {
            out[n++] = (uint8_t)(high << 4 | (unsigned)(at - hex));
        }
        high = (unsigned)(at - hex);
        half = !half;
    }
    tn_check(!half, "an even number of digits", __FILE__, __LINE__);
    return n;
}

uint32_t tn_test_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;  // Numerical Recipes' generator: its high bits are good
    return *seed >> 8;
}

int main(int argc, char **argv) {
    size_t kept = 0;

    for (size_t i = 0; i < ntests; i++) {
        if (argc < 2 || strstr(tests[i].name, argv[1])) {
            tests[kept++] = tests[i];
        }
    }
    if (kept == 0) {
        fprintf(stderr, "no such test\n");
        return 1;
    }
    return _cmocka_run_group_tests(argv[0], tests, kept, NULL, NULL);
}
