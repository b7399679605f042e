// SPDX-License-Identifier: Apache-2.0
// What the micro:bit's tables for loader and application have in common.
#ifndef TN_PORT_MICROBIT_H
#define TN_PORT_MICROBIT_H

#include "../../nrf5x.h"

#define MICROBIT_NAME "bbc_microbit"
#define MICROBIT_PROCESSOR "cortex-m0"

extern const struct tn_slots microbit_slots;
extern const struct tn_guard microbit_guard;
extern const struct tn_retained microbit_request;
extern const struct tn_retained microbit_handover;
extern const struct nrf51_uart_pins microbit_uart;

// A loader's rows of its table (devices_boot.c).
void microbit_boot_begin(void);
bool microbit_boot_button(void);
void microbit_boot_reset(void);
void microbit_boot_run(uint32_t addr);

#endif
