// SPDX-License-Identifier: Apache-2.0
// For a tool without p11-kit: the static one, and Windows'.
#include "host/files/token.h"

int tn_token_open(const char *uri, const struct tn_passphrase *p, struct tn_key_pair *ret,
        struct tn_fault *f) {
    (void)p, (void)ret;
    return tn_fail(f, TN_FAULT_UNSUPPORTED,
            "%s: this tenon was built without PKCS #11; sign where the token is, by: tenon sign "
            "--digest-out FILE, then --signature FILE; or use a tenon that was built with p11-kit",
            uri);
}

void tn_token_close(struct tn_token_key *t) {
    (void)t;
}

int tn_token_sign(const struct tn_key_pair *k, const uint8_t *message, size_t len, uint8_t *ret_sig,
        size_t *ret_len, struct tn_fault *f) {
    (void)k, (void)message, (void)len, (void)ret_sig, (void)ret_len;
    return tn_fail(f, TN_FAULT_INTERNAL, "no token is open");
}
