// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share. Each is one file with LLVMFuzzerTestOneInput: linked with
// -fsanitize=fuzzer under the option TN_FUZZ, and with replay.c for the corpus that ctest runs.
#ifndef TN_TEST_FUZZ_FUZZ_H
#define TN_TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A promise: broken, it ends the program, which is what a fuzzer looks for.
#define PROMISE(cond)                                                                              \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// The bytes go in by pieces, whose lengths the input chooses: 1 to 32.
static inline size_t fuzz_piece(const uint8_t *at, size_t left) {
    size_t n = 1u + (*at & 31u);

    return n < left ? n : left;
}

#endif
