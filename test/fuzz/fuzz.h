// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share. Each is one file with LLVMFuzzerTestOneInput: linked with
// -fsanitize=fuzzer under the option TN_FUZZ, and with replay.c for the corpus that ctest runs.
#ifndef TN_TEST_FUZZ_FUZZ_H
#define TN_TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A promise. A broken one ends the program, which the fuzzer reports.
#define PROMISE(cond)                                                                              \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// The length of the next piece to feed, 1 to 32 bytes, which the input chooses.
static inline size_t fuzz_piece(const uint8_t *at, size_t left) {
    size_t n = 1u + (*at & 31u);

    return n < left ? n : left;
}

// The input as a series of choices. Behind its end all of them are 0.
struct fuzz_in {
    const uint8_t *p;
    size_t left;
};

static inline uint8_t fuzz_u8(struct fuzz_in *in) {
    if (!in->left) {
        return 0;
    }
    in->left--;
    return *in->p++;
}

static inline uint16_t fuzz_u16(struct fuzz_in *in) {
    unsigned low = fuzz_u8(in);

    return (uint16_t)(low | (unsigned)fuzz_u8(in) << 8);
}

static inline uint32_t fuzz_u32(struct fuzz_in *in) {
    uint32_t low = fuzz_u16(in);

    return low | (uint32_t)fuzz_u16(in) << 16;
}

// Copies up to n bytes of the input. Returns their number.
static inline size_t fuzz_take(struct fuzz_in *in, void *ret, size_t n) {
    n = n < in->left ? n : in->left;
    if (n) {
        memcpy(ret, in->p, n);
    }
    in->p += n;
    in->left -= n;
    return n;
}

#endif
