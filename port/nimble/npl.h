// SPDX-License-Identifier: Apache-2.0
// What NimBLE wants of an operating system (its NPL), without one: the program's loop is the only
// task. Events and callouts run in tn_npl_step. A wait for the controller's answer, the only wait
// of the host, moves HCI bytes meanwhile.
//
// The same file serves chips and Linux: what differs is in struct tn_npl.
#ifndef TN_PORT_NIMBLE_NPL_H
#define TN_PORT_NIMBLE_NPL_H

#include <stdbool.h>
#include <stdint.h>

struct tn_npl {
    uint32_t (*now_ms)(void);  // a clock that may wrap
    void (*wait)(void);        // called while the host waits for the controller: moves HCI bytes

    // Keep interrupts out, and let them in again. NULL: no interrupt touches the stack, since
    // everything runs in the program's loop.
    uint32_t (*enter_critical)(void);
    void (*exit_critical)(uint32_t before);
};

// Call it before nimble_port_init. npl must live on.
void tn_npl_begin(const struct tn_npl *npl);

// Runs the events that are due. Returns false if there was none.
bool tn_npl_step(void);

#endif
