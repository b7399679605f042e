// SPDX-License-Identifier: Apache-2.0
// The PC's clock, and the only place where this library waits. A test with a simulated clock
// brings functions of these names of its own.
#ifndef TN_HOST_BASE_CLOCK_H
#define TN_HOST_BASE_CLOCK_H

#include <stdint.h>

// Milliseconds of a clock that never jumps.
uint32_t tn_now_ms(void);

// Waits ms milliseconds, or until the file has one of poll(2)'s events; fd -1: for the time alone.
// Returns 0, or -1 where poll fails. A signal ends it early, and is no failure.
int tn_wait(int fd, short events, uint32_t ms);

#endif
