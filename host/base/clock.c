// SPDX-License-Identifier: Apache-2.0
#include "host/base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

uint32_t tn_now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
}

int tn_wait(int fd, unsigned events, uint32_t ms) {
    // poll skips a negative fd.
    struct pollfd p = {.fd = fd,
            .events = (short)((events & TN_WAIT_READ ? POLLIN : 0) |
                    (events & TN_WAIT_WRITE ? POLLOUT : 0))};

    return poll(&p, 1, ms < INT_MAX ? (int)ms : INT_MAX) < 0 && errno != EINTR ? -1 : 0;
}
