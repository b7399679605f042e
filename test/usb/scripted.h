// SPDX-License-Identifier: Apache-2.0
// A small full-speed device on a cable, for tests of the host's side: it does what its members say.
//
// Interface 0 has a bulk loop (endpoint 1 OUT to 1 IN) and an interrupt endpoint 2 IN; interface 1
// is a DFU interface in DFU mode. Endpoint 0 stores the data of vendor request STORE, and returns
// them to LOAD.
#ifndef TN_TEST_USB_SCRIPTED_H
#define TN_TEST_USB_SCRIPTED_H

#include "usb_cable.h"

enum {
    SCRIPTED_STORE = 1,  // bRequest, type 0x40
    SCRIPTED_LOAD = 2,   // bRequest, type 0xc0
    SCRIPTED_STORE_MAX = 4096,
    SCRIPTED_LOOP_MAX = 16384,
    SCRIPTED_PID = 1,  // 1209:0001 is a test id of pid.codes
};

struct scripted {
    // What it does.
    bool is_connected;
    uint8_t packet0;        // bMaxPacketSize0
    uint16_t product;       // idProduct
    unsigned naks;          // in front of every answer
    bool is_dead;           // NAK to everything
    bool stalls_config;     // refuses GET_DESCRIPTOR(CONFIGURATION)
    uint16_t babble;        // bytes too much in each data packet of endpoint 0
    const uint8_t *config;  // instead of its own
    uint16_t config_len;
    uint8_t interrupt[8];  // the next packet of endpoint 2
    uint8_t interrupt_len;

    // What it has seen.
    unsigned resets;
    unsigned setups;
    unsigned frames;
    unsigned zero_packets;  // empty OUT packets to endpoint 1
    uint8_t address;
    uint8_t configuration;
    uint8_t stored[SCRIPTED_STORE_MAX];
    uint16_t nstored;

    // private
    uint8_t setup[8];
    uint8_t reply[SCRIPTED_STORE_MAX];
    uint16_t reply_len, reply_at, taken;
    bool is_stalled;
    unsigned nakked;
    uint8_t loop[SCRIPTED_LOOP_MAX];
    unsigned loop_len;
    struct tn_usb_cable cable;
};

// A connected device with packets of 64 bytes.
void scripted_begin(struct scripted *d);

#endif
