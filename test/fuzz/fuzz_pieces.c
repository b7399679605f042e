// SPDX-License-Identifier: Apache-2.0
// Any pieces on a BLE connection: no packet is larger than the buffer, and a new connection works.
#include <string.h>

#include "fuzz.h"
#include "link/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t good[] = {8, 0, 0, 1, 0, 0, 0, 6, 0xa0};
    uint8_t buf[64];
    struct tn_pieces p = {.buf = buf, .size = sizeof(buf)};
    size_t len = 0;

    for (size_t at = 0, n; at < size; at += n) {
        n = tn_pieces_feed(&p, data + at, fuzz_piece(data + at, size - at));
        PROMISE(n > 0);
        if (tn_pieces_packet(&p, &len)) {
            PROMISE(len <= sizeof(buf) && len == 8u + (size_t)(buf[2] << 8 | buf[3]));
        }
    }
    tn_pieces_forget(&p);
    PROMISE(tn_pieces_feed(&p, good, sizeof(good)) == sizeof(good));
    PROMISE(tn_pieces_packet(&p, &len) && len == sizeof(good) && !memcmp(buf, good, len));
    return 0;
}
