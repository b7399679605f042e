// SPDX-License-Identifier: Apache-2.0
// What the meter's other parts may ask of it.
#ifndef METER_MAIN_H
#define METER_MAIN_H

#include <stdint.h>

// Milliseconds since the start.
uint32_t now_ms(void);

#endif
