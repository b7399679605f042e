// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's vectors of hostile signatures, for each row that checks signatures
// (tools/wycheproof copied them).
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "crypto/sig.h"
#include "test.h"

enum {
    LINE_MAX_LEN = 11000,
    FIELD_MAX = 5000,
};

struct field {
    uint8_t bytes[FIELD_MAX];
    size_t len;
};

// Reads hex, or "-" for nothing.
static void get_field(struct field *ret, const char *text) {
    ret->len = strcmp(text, "-") ? strlen(text) / 2 : 0;
    CHECK(ret->len <= sizeof(ret->bytes));
    if (ret->len) {
        tn_test_hex(ret->bytes, ret->len, text);
    }
}

static struct field key, hash, sig;
static unsigned refused;  // valid ones of this file

// Rows accept zeros behind the DER sequence, which old imgtool appended (crypto/der.h). Wycheproof
// has a case of this, and calls it invalid.
static bool has_imgtools_padding(const struct tn_sig_alg *alg) {
    return alg->tlv == 0x22 && sig.len > 2 && sig.bytes[1] < 0x80 && sig.len == sig.bytes[1] + 4u &&
            !sig.bytes[sig.len - 1] && !sig.bytes[sig.len - 2];
}

// One line of a file. Returns 1 if it was a case.
static int judge_line(const struct tn_sig_alg *alg, const char *name, unsigned nth, char *line) {
    static const char *const space = " \n";
    char *word = strtok(line, space);
    struct tn_key k = {.kind = alg->kind, .bytes = key.bytes};

    if (!word || *word == '#') {
        return 0;
    }
    if (strcmp(word, "key") == 0) {
        get_field(&key, strtok(NULL, space));
        return 0;
    }
    bool is_valid = strcmp(word, "valid") == 0;
    CHECK(is_valid || strcmp(word, "invalid") == 0);
    get_field(&hash, strtok(NULL, space));
    get_field(&sig, strtok(NULL, space));
    k.len = (uint16_t)key.len;
    is_valid = is_valid || has_imgtools_padding(alg);
    bool passes = alg->verify(&k, hash.bytes, hash.len, sig.bytes, sig.len) == TN_GENUINE;
    if (passes && !is_valid) {
        print_error("%s, line %u: accepted\n", name, nth);
        CHECK(false);
    }
    refused += is_valid && !passes;
    return 1;
}

// may_refuse: how many valid cases the library refuses.
static void judge_file(
        const struct tn_sig_alg *alg, const char *name, unsigned want, unsigned may_refuse) {
    char path[300];
    static char line[LINE_MAX_LEN];
    unsigned n = 0;
    unsigned cases = 0;

    refused = 0;

    snprintf(path, sizeof(path), "%s/%s.txt", TN_WYCHEPROOF, name);
    FILE *f = fopen(path, "r");
    CHECK(f != NULL);
    while (fgets(line, sizeof(line), f)) {
        cases += (unsigned)judge_line(alg, name, ++n, line);
    }
    fclose(f);
    CHECK_EQ(cases, want);
    CHECK_EQ(refused, may_refuse);
}

// micro-ecc adds points by formulas that do not hold where the two are equal: it refuses two
// signatures that were computed to lead there. Who signs by chance does not meet them: the odds are
// those of guessing a key.
TEST(p256_rows_judge_as_wycheproof_says) {
    judge_file(&tn_p256_microecc, "p256", 484, 2);
    judge_file(&tn_p256_microecc_built_in, "p256", 484, 2);
    judge_file(&tn_p256_m, "p256", 484, 0);
}

TEST(p384_rows_judge_as_wycheproof_says) {
    judge_file(&tn_p384_bearssl_i15, "p384", 504, 0);
    judge_file(&tn_p384_bearssl_i31, "p384", 504, 0);
}

TEST(the_ed25519_row_judges_as_wycheproof_says) {
    judge_file(&tn_ed25519_monocypher, "ed25519", 151, 0);
}

TEST(rsa_rows_judge_as_wycheproof_says) {
    judge_file(&tn_rsa2048_bearssl_i15, "rsa2048_pss", 108, 0);
    judge_file(&tn_rsa2048_bearssl_i31, "rsa2048_pss", 108, 0);
    judge_file(&tn_rsa3072_bearssl_i15, "rsa3072_pss", 108, 0);
    judge_file(&tn_rsa3072_bearssl_i31, "rsa3072_pss", 108, 0);
}
