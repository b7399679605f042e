// SPDX-License-Identifier: Apache-2.0
// smp-m0: app-m0 with the server, the console link, and the os and image groups; without
// crypto, which an application that checks signatures has, and others leave to the loader.
#include "app/app.h"

extern uint32_t tn_board_work(void);

// In the place of a library's SHA-256, so that the figure holds no library.
static void begin(struct tn_hash *h) {
    (void)h;
}

static void add(struct tn_hash *h, const void *buf, size_t len) {
    (void)h;
    (void)buf;
    (void)len;
}

static void end(struct tn_hash *h, uint8_t *ret_hash) {
    (void)h;
    *ret_hash = 0;
}

int main(void) {
    static const struct tn_hash_alg none = {TN_TLV_SHA256, TN_HASH_LEN, begin, add, end};
    static const struct tn_trust trust = {.hash = &none};
    const struct tn_app app = {&tn_board, &trust, tn_board_work, NULL};

    tn_app_run(&app);
    return 0;
}
