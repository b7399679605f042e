// SPDX-License-Identifier: Apache-2.0
// What TinyUSB's driver of the USBD expects of Nordic's nrf_clock.h (nrfx, version 2): the crystal
// oscillator, which USB needs. "nRF52840 Product Specification", version 1.1, section 5.4 (CLOCK)
// and 6.35.4 (USBD power-up sequence).
#ifndef TN_PORT_NRF5X_USB_NRF_CLOCK_H
#define TN_PORT_NRF5X_USB_NRF_CLOCK_H

#include <stdbool.h>

#include "chip.h"

#define NRF_CLOCK 0                      // [none: there is one]
#define NRF_CLOCK_HFCLK_HIGH_ACCURACY 1  // [none: the crystal]
#define NRF_CLOCK_EVENT_HFCLKSTARTED 0   // [none: the only event that is cleared]

enum nrf5x_clock_task {
    NRF_CLOCK_TASK_HFCLKSTART,
    NRF_CLOCK_TASK_HFCLKSTOP,
};

static inline bool nrf_clock_hf_is_running(int clock, int source) {
    (void)clock, (void)source;
    return (CLOCK_HFCLKSTAT & CLOCK_HFCLKSTAT_CRYSTAL) == CLOCK_HFCLKSTAT_CRYSTAL;
}

// Nobody reads the event but the ends of line and clock, which clear it.
static inline void nrf_clock_event_clear(int clock, int event) {
    (void)clock, (void)event;
}

// The crystal goes on when the cable is gone: line and clock need it, and their ends stop it.
static inline void nrf_clock_task_trigger(int clock, enum nrf5x_clock_task task) {
    (void)clock;
    if (task == NRF_CLOCK_TASK_HFCLKSTART) {
        CLOCK_HFCLKSTART = 1;
    }
}

#endif
