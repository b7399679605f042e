// SPDX-License-Identifier: Apache-2.0
// A private key in a chip's own store, behind the rows of crypto/unwrap.h: the example of
// doc/encryption.md. The chip is played by micro-ecc.
#include "base/compiler.h"
#include "base/err.h"
#include "image/decrypt.h"
#include "image/format.h"
#include "test.h"

// ---- The chip: a store gives no key out --------------------------------------------------------

static uint8_t slots[4][32];
static unsigned calls;

static int chip_ecdh(unsigned slot, const uint8_t *point, uint8_t *ret_secret) {
    uint8_t whole[65] = {4};

    calls++;
    memcpy(whole + 1, point, 64);
    return tn_ecdh_microecc.shared(slots[slot], whole, ret_secret);
}

// ---- The rows ----------------------------------------------------------------------------------

// What stands for the private key is its number in the store.
static int shared(const uint8_t *private_key, const uint8_t *point, uint8_t *ret_secret) {
    bool is_whole = point[0] == 4;  // SEC 1 section 2.3.3: both coordinates

    return is_whole && !chip_ecdh(private_key[0], point + 1, ret_secret) ? 0 : TN_EUNWRAP;
}

static const struct tn_ecdh in_chip = {.point_len = 65, .shared = shared};
static const uint8_t number[] = {2};
static const struct tn_ecies_key key = {&in_chip, number};
static const struct tn_unwrap ecies = {
        .tlv = TN_TLV_ENC_EC256, .unwrap = tn_unwrap_ecies, .key = &key};
static const struct tn_unwrap *const unwraps[] = {&ecies};
static const struct tn_secrets secrets = {&tn_aes_bearssl, unwraps, TN_LEN(unwraps)};

// ---- Tests -------------------------------------------------------------------------------------

// The worked example of test_unwrap.c.
static const char tlv[] =
        "04dd043589b8cc4c11942072d68f3b51109196ed6f0b19f5082028e16bde6266230613f6a181a92e1f"
        "97352d0fcaf479aa924d2b58aab3236faf915273a5845548dc68ed8721b3aaaa4f35fdca047f26279c"
        "1a4722fc892f7d6eb19ca0aec004a9a01cc2400fc0f47f5ce8c62c8c24fe9d";

static int unwrap(uint8_t *ret_key) {
    uint8_t bytes[TN_WRAP_MAX];
    size_t len = tn_test_hex(bytes, sizeof(bytes), tlv);
    const struct tn_unwrap *u = secrets.unwraps[0];

    calls = 0;
    return u->unwrap(u, bytes, len, ret_key);
}

TEST(a_key_in_the_store_unwraps) {
    uint8_t want[TN_AES128_KEY];
    uint8_t got[TN_CIPHER_KEY_MAX];

    tn_test_hex(slots[2], 32, "758edc5d85e9a60567dbdc8e3e423c93391832c4b9b27b33104b014602365b82");
    tn_test_hex(want, sizeof(want), "1664f46bfecfdce9a6befaa93c470295");
    CHECK_EQ(unwrap(got), TN_AES128_KEY);
    CHECK_MEM(got, want, sizeof(want));
    CHECK_EQ(calls, 1);
}

TEST(another_key_in_the_store_does_not) {
    uint8_t got[TN_CIPHER_KEY_MAX];

    memset(slots, 0, sizeof(slots));
    slots[2][31] = 9;
    CHECK_EQ(unwrap(got), TN_EUNWRAP);
    CHECK_EQ(calls, 1);
}
