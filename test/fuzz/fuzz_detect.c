// SPDX-License-Identifier: Apache-2.0
// Any bytes on a line that accepts both framings. After a silence either framing is received, and
// answered in the same framing. After a received console line the next one needs no silence.
#include <string.h>

#include "fuzz.h"
#include "link/detect.h"

static const uint8_t bare[] = {8, 0, 0, 1, 0, 0, 0, 6, 0xa0};
static const char line[] = "\x06\x09"
                           "AAsIAAABAAAABqBzEw==\n";

static void hear(struct tn_detect *d, const void *bytes, size_t n, int raw) {
    uint8_t out[TN_DETECT_LINE];
    size_t len = 0;

    PROMISE(tn_detect_feed(d, bytes, n) == n);
    const uint8_t *pkt = tn_detect_packet(d, &len);
    PROMISE(pkt && len == sizeof(bare) && !memcmp(pkt, bare, len));
    PROMISE(tn_detect_is_raw(d) == raw);
    tn_detect_send(d, bare, sizeof(bare));
    PROMISE(tn_detect_take(d, out) == n && !memcmp(out, bytes, n));
    PROMISE(tn_detect_take(d, out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t buf[128];
    struct tn_detect d = {.buf = buf, .size = sizeof(buf)};
    size_t len = 0;

    for (size_t at = 0, n; at < size; at += n) {
        n = tn_detect_feed(&d, data + at, fuzz_piece(data + at, size - at));
        bool whole = tn_detect_packet(&d, &len);
        // The next byte decides about a doubted packet, and belongs to the next feed.
        PROMISE(n > 0 || whole);
        PROMISE(!whole || len <= sizeof(buf));
    }
    tn_detect_idle(&d);
    if (size && data[0] & 1) {
        hear(&d, bare, sizeof(bare), 1);
    }
    hear(&d, line, sizeof(line) - 1, 0);
    hear(&d, bare, sizeof(bare), 1);
    hear(&d, line, sizeof(line) - 1, 0);
    return 0;
}
