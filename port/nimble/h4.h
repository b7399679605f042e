// SPDX-License-Identifier: Apache-2.0
// NimBLE's HCI over a stream of bytes: a controller behind a UART, a socket or a terminal.
//
// Source: Bluetooth Core 5.3, Vol 4 Part A (UART transport, "H4") and Part E, 5.4 (HCI packets).
#ifndef TN_PORT_NIMBLE_H4_H
#define TN_PORT_NIMBLE_H4_H

#include <stdbool.h>

#include "channel/stream.h"

// Call it before nimble_port_init. stream must live on. One controller in a program.
void tn_h4_begin(const struct tn_stream *stream);

// Reads what has arrived, and passes whole packets to the host. Returns false if nothing came.
bool tn_h4_poll(void);

// True if the stream carries something else than HCI: bytes were lost. Only a reset helps.
bool tn_h4_is_broken(void);

#endif
