// SPDX-License-Identifier: Apache-2.0
#include "host/base/clock.h"

#include <windows.h>

uint32_t tn_now_ms(void) {
    return (uint32_t)GetTickCount64();  // 10 to 16 ms fine, which suits timeouts
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
