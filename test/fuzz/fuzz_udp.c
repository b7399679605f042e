// SPDX-License-Identifier: Apache-2.0
// Datagrams to two links with one session, each with several requests, some of them cut off. The
// walk through a datagram ends, no request is left out, and the answers of the links do not mix.
#include "base/bytes.h"
#include "fuzz_device.h"

enum {
    DATAGRAM = 1500,
    DATAGRAMS_MAX = 30,
};

static struct fuzz_device d;

struct datagram {
    uint8_t bytes[DATAGRAM];
    size_t len;
    size_t next;  // offset of the next request
};

static struct datagram held[FUZZ_LINKS];

// Several requests in a row.
static void receive(struct datagram *g, struct fuzz_in *in) {
    uint8_t shape = fuzz_u8(in);

    g->len = g->next = 0;
    if (shape & 1) {
        g->len = fuzz_take(in, g->bytes, fuzz_u16(in) % DATAGRAM);
        return;
    }
    for (unsigned i = 0; i <= (shape >> 1 & 3u) && DATAGRAM - g->len > FUZZ_PACKET; i++) {
        uint8_t *at = g->bytes + g->len;
        g->len += shape & 8 ? fuzz_device_chunk(&d, shape >> 4 & 3u, 200, shape & 64 && !i, at)
                            : fuzz_request(in, fuzz_known, FUZZ_KNOWN, at, FUZZ_PACKET);
    }
    if (shape & 128) {
        g->len -= tn_min((uint32_t)g->len, fuzz_u8(in));
    }
}

// Serves the datagram's next request, or does a step of the work for its answer. False: all done.
static bool work(int link) {
    struct datagram *g = &held[link];

    if (tn_smp_server_busy(&d.server[link])) {
        fuzz_device_resume(&d, link);
        return true;
    }
    if (g->next == g->len) {
        return false;
    }
    fuzz_device_serve(&d, link, g->bytes + g->next, g->len - g->next);
    size_t used = tn_smp_server_used(&d.server[link]);
    PROMISE(used > 0 && used <= g->len - g->next);
    g->next += used;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_in in = {data, size};
    unsigned steps = 0;

    fuzz_device_begin(&d, fuzz_u8(&in));
    memset(held, 0, sizeof(held));
    for (unsigned i = 0; i < DATAGRAMS_MAX && in.left; i++) {
        uint8_t who = fuzz_u8(&in);
        receive(&held[who & 1], &in);
        for (unsigned left = who >> 1 & 15u; left; left--) {
            work(who & 1);
            work(~who & 1);
        }
        d.peer[0].now_ms = d.peer[1].now_ms += who & 128 ? 3000 : 1;
    }
    for (bool more = true; more;) {
        more = work(0);
        more = work(1) || more;
        PROMISE(steps++ < 2 * FUZZ_STEPS);
    }
    fuzz_device_end(&d);
    return 0;
}
