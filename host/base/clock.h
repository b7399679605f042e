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

// What tn_wait waits for.
enum {
    TN_WAIT_READ = 1,   // bytes can be read, or fd has failed
    TN_WAIT_WRITE = 2,  // bytes can be written
};

// Waits ms milliseconds, or until one of the events happens on fd. fd -1: waits ms milliseconds.
// Returns 0, or -1 if the system cannot wait. A signal ends the wait early; this is not a failure.
// On Windows fd is the handle of an event (handles have 32 significant bits), and events is not
// looked at: what sets the event is its owner's choice.
int tn_wait(int fd, unsigned events, uint32_t ms);

TN_C_END

#endif
