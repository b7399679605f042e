// SPDX-License-Identifier: Apache-2.0
// A port of datagrams, for tests of programs that serve several links.
#ifndef TN_TEST_TALKER_H
#define TN_TEST_TALKER_H

#include "channel/stream.h"
#include "test.h"

// A port of datagrams that receives the same request a given number of times.
struct talker {
    const char *hex;
    unsigned left;
    unsigned answers;
};

static inline size_t talker_receive(void *ctx, void *buf, size_t size) {
    struct talker *t = ctx;

    if (!t->left) {
        return 0;
    }
    t->left--;
    return tn_test_hex(buf, size, t->hex);
}

static inline void talker_transmit(void *ctx, const void *buf, size_t len) {
    struct talker *t = ctx;

    CHECK(len > 8 && buf);
    t->answers++;
}

#define TALKER_PORT(talker)                                                                        \
    { talker_receive, talker_transmit, NULL, (talker) }

#endif
