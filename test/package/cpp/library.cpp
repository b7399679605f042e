// SPDX-License-Identifier: Apache-2.0
// Makes an image by libtenon, reads it again, and explains a packet, all in C++.
#include <cstdio>
#include <cstring>

#include "base/version.h"
#include "host/files/inspect.h"
#include "host/files/sign.h"

int main() {
    uint8_t payload[500];
    tn_fault fault = {};
    tn_sign_opts opts = {};
    tn_buf image = {};
    struct tn_inspect found = {};  // there is a function of this name, too

    std::memset(payload, 0x5a, sizeof(payload));
    const tn_buf content = {payload, sizeof(payload)};
    opts.version = {1, 2, 3, 4};
    opts.hdr_size = 32;
    opts.pad_header = true;
    opts.erased = 0xff;
    if (tn_sign(&content, &opts, "payload", &image, &fault) ||
            !tn_inspect(image.p, image.len, nullptr, 0, "image", &found, &fault) ||
            fault.kind != TN_FAULT_UNSIGNED) {
        std::fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    tn_buf_free(&image);
    std::printf("libtenon %s\n", TN_VERSION);
    return found.has_hash && found.hdr.version.minor == 2 ? 0 : 1;
}
