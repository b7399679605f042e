// SPDX-License-Identifier: Apache-2.0
// A server on datagrams: every request of each is answered, in a datagram of its own.
#include "channel/net.h"

#include "serve/harness.h"
#include "test.h"

enum {
    HELD = 4,  // datagrams
};

// Where the port's datagrams come from and go to: found by the port's ctx.
struct wire {
    uint8_t in[HELD][64];
    size_t in_len[HELD];
    size_t received;
    uint8_t out[HELD][64];
    size_t out_len[HELD];
    size_t sent;
};

static struct harness h;
static uint8_t buf[64];

static size_t receive(void *ctx, void *to, size_t size) {
    struct wire *w = ctx;
    size_t n = w->received < HELD ? w->in_len[w->received] : 0;

    if (!n || n > size) {
        return 0;
    }
    memcpy(to, w->in[w->received++], n);
    return n;
}

static void transmit(void *ctx, const void *from, size_t len) {
    struct wire *w = ctx;

    CHECK(w->sent < HELD && len <= sizeof(w->out[0]));
    memcpy(w->out[w->sent], from, len);
    w->out_len[w->sent++] = len;
}

static void expect(const struct wire *w, size_t nth, const char *hex) {
    uint8_t want[64];
    size_t n = tn_test_hex(want, sizeof(want), hex);

    CHECK(nth < w->sent);
    CHECK_EQ(w->out_len[nth], n);
    CHECK_MEM(w->out[nth], want, n);
}

TEST(each_request_gets_a_datagram_on_the_port_that_it_came_from) {
    static struct wire wires[2];
    struct tn_datagrams ports[2];
    struct tn_net nets[2];

    harness_begin(&h, TN_SLOTS_SPARE);
    memset(wires, 0, sizeof(wires));
    for (unsigned i = 0; i < 2; i++) {
        ports[i] = (struct tn_datagrams){receive, transmit, NULL, &wires[i]};
        nets[i] = (struct tn_net){
                .channel = {.step = tn_net_step,
                        .server = &h.server,
                        .peer = {.buf_size = sizeof(buf), .buf_count = HELD}},
                .port = &ports[i],
                .buf = buf,
        };
    }
    // Two echos in one datagram, and one in the next; the other port has one of its own.
    wires[0].in_len[0] = tn_test_hex(
            wires[0].in[0], 64, "0A00000500000100A161646161 0A00000500000200A161646162");
    wires[0].in_len[1] = tn_test_hex(wires[0].in[1], 64, "0A00000500000300A161646163");
    wires[1].in_len[0] = tn_test_hex(wires[1].in[0], 64, "0A00000500000400A161646164");
    for (unsigned i = 0; i < 2; i++) {
        while (tn_channel_step(&nets[i].channel)) {
        }
    }
    CHECK_EQ(wires[0].sent, 3);
    CHECK_EQ(wires[1].sent, 1);
    expect(&wires[0], 0, "0B00000600000100BF61726161FF");
    expect(&wires[0], 1, "0B00000600000200BF61726162FF");
    expect(&wires[0], 2, "0B00000600000300BF61726163FF");
    expect(&wires[1], 0, "0B00000600000400BF61726164FF");
}
