// SPDX-License-Identifier: Apache-2.0
// What every row that checks signatures is held to (test_rows.c), wherever it runs: a program lists
// its rows, and how to call them.
#ifndef TN_TEST_CRYPTO_ROWS_H
#define TN_TEST_CRYPTO_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct judged_row {
    const char *name;
    // As verify of struct tn_sig_alg. nth: of the row in its table.
    uint32_t (*verify)(unsigned nth, const uint8_t *key, const uint8_t *hash, const uint8_t *sig,
            size_t sig_len);
    bool checks_key;        // that it lies on the curve; else it believes that
    unsigned random_cases;  // half of them good, half with one bit flipped
    unsigned every;         // bit of a signature and of a key is flipped: 1, or less often
    unsigned all_cases;     // random ones with TN_TEST_ALL in the environment; 0: no more of them
};

extern const struct judged_row judged_rows[];
extern const size_t njudged_rows;

#endif
