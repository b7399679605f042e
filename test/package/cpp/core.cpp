// SPDX-License-Identifier: Apache-2.0
// An SMP server in C++: it answers an echo and the question for the device's information.
#include <cstdio>
#include <cstring>

#include "base/compiler.h"
#include "base/version.h"
#include "serve/enumerate.h"
#include "serve/os.h"
#include "serve/tenon.h"

namespace {

const char *const words[] = {"Tenon", TN_VERSION};
int on_reset(void *, uint32_t) {
    return 0;
}
tn_serve_os os = {on_reset, nullptr, "sr", words, 0};
const tn_smp_group groups[] = {TN_SERVE_OS(&os), TN_SERVE_ENUM};
uint8_t response[256];

// Answers a request of version 2 for a command of the os group. Returns whether the answer contains
// the text.
bool answers(uint8_t op, uint8_t command, const char *map, const char *text) {
    tn_smp_server server = {};
    tn_smp_peer peer = {};
    uint8_t request[64] = {static_cast<uint8_t>(op | 1 << 3), 0, 0,
            static_cast<uint8_t>(std::strlen(map)), 0, TN_SMP_OS, 7, command};

    std::memcpy(request + TN_SMP_HDR_LEN, map, std::strlen(map));
    server.groups = groups;
    server.ngroups = TN_LEN(groups);
    server.rsp = response;
    server.rsp_size = sizeof(response);
    size_t len = tn_smp_serve(&server, &peer, request, TN_SMP_HDR_LEN + std::strlen(map));
    for (size_t i = 0; i + std::strlen(text) <= len; i++) {
        if (!std::memcmp(response + i, text, std::strlen(text))) {
            std::puts(text);
            return true;
        }
    }
    return false;
}

}  // namespace

int main() {
    return answers(TN_SMP_WRITE, TN_OS_ECHO, "\xa1\x61\x64\x62hi", "hi") &&
                    answers(TN_SMP_READ, TN_OS_INFO, "\xa1\x66"
                                                     "format\x61r",
                            TN_VERSION)
            ? 0
            : 1;
}
