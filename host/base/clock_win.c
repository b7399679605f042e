// SPDX-License-Identifier: Apache-2.0
#include "host/base/clock.h"

#include <windows.h>

uint32_t tn_now_ms(void) {
    LARGE_INTEGER ticks, per_second;

    // Not GetTickCount: rates of short uploads need more than its 16 ms.
    QueryPerformanceFrequency(&per_second);
    QueryPerformanceCounter(&ticks);
    uint64_t seconds = (uint64_t)(ticks.QuadPart / per_second.QuadPart);
    uint64_t rest = (uint64_t)(ticks.QuadPart % per_second.QuadPart);
    return (uint32_t)(seconds * 1000 + rest * 1000 / (uint64_t)per_second.QuadPart);
}

// A Ctrl-C does not end the wait: Windows handles it in a thread of its own.
int tn_wait(int fd, unsigned events, uint32_t ms) {
    (void)events;
    ms = ms < INFINITE ? ms : INFINITE - 1;
    if (fd == -1) {
        Sleep(ms);
        return 0;
    }
    return WaitForSingleObject((HANDLE)(intptr_t)fd, ms) == WAIT_FAILED ? -1 : 0;
}
