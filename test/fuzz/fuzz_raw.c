// SPDX-License-Identifier: Apache-2.0
// Any bytes on a line of bare packets: no packet is larger than the buffer, each has a request's
// header, and after a silence the next packet is received.
#include <string.h>

#include "fuzz.h"
#include "link/raw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t good[] = {8, 0, 0, 1, 0, 0, 0, 6, 0xa0};
    uint8_t buf[128];
    struct tn_raw r = {.buf = buf, .size = sizeof(buf)};
    size_t len = 0;

    for (size_t at = 0, n; at < size; at += n) {
        n = tn_raw_feed(&r, data + at, fuzz_piece(data + at, size - at));
        PROMISE(n > 0);
        if (tn_raw_packet(&r, &len)) {
            PROMISE(len >= 8 && len <= sizeof(buf));
            PROMISE((buf[0] & 0xe5) == 0 && len == 8u + (size_t)(buf[2] << 8 | buf[3]));
        }
    }
    tn_raw_idle(&r);
    PROMISE(tn_raw_feed(&r, good, sizeof(good)) == sizeof(good));
    PROMISE(tn_raw_packet(&r, &len) && len == sizeof(good) && !memcmp(buf, good, len));
    return 0;
}
