// SPDX-License-Identifier: Apache-2.0
// The PC's clock, and the only place where this library waits. A test with a simulated clock
// defines these functions itself.
#ifndef TN_HOST_BASE_CLOCK_H
#define TN_HOST_BASE_CLOCK_H

#include <stdint.h>

#include "base/compiler.h"

TN_C_BEGIN

// Milliseconds of a clock that never jumps.
uint32_t tn_now_ms(void);

// Waits ms milliseconds, or until one of poll(2)'s events happens on fd. fd -1: waits ms
// milliseconds. Returns 0, or -1 if poll fails. A signal ends the wait early; this is not a
// failure.
int tn_wait(int fd, short events, uint32_t ms);

TN_C_END

#endif
