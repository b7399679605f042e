// SPDX-License-Identifier: Apache-2.0
// Any bytes on a console line: no packet is larger than the buffer, and the next line is received.
#include <string.h>

#include "fuzz.h"
#include "link/console.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char good[] = "\x06\x09"
                               "AAsIAAABAAAABqBzEw==\n";
    uint8_t buf[128];
    struct tn_console c = {.buf = buf, .size = sizeof(buf)};
    size_t len = 0;

    for (size_t at = 0, n; at < size; at += n) {
        n = tn_console_feed(&c, data + at, fuzz_piece(data + at, size - at));
        PROMISE(n > 0);
        if (tn_console_packet(&c, &len)) {
            PROMISE(len <= sizeof(buf) - TN_CONSOLE_OVERHEAD);
        }
    }
    PROMISE(tn_console_feed(&c, good, sizeof(good) - 1) == sizeof(good) - 1);
    PROMISE(tn_console_packet(&c, &len) && len == 9 && buf[2] == 8);
    return 0;
}
