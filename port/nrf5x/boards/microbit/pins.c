// SPDX-License-Identifier: Apache-2.0
#include "pins.h"

#include "microbit.h"

const struct nrf51_uart_pins microbit_uart = {.txd = PIN_TXD, .rxd = PIN_RXD};
