// SPDX-License-Identifier: Apache-2.0
// Real lines and devices as configurations, for the tests and for bench/lines.c.
#ifndef TN_TEST_ENDURE_BOARDS_H
#define TN_TEST_ENDURE_BOARDS_H

#include "rig.h"

// What all Tenon devices have: packets and counts as in prog/service, the rings of their UARTs.
#define RIG_LINE(speed) .baud = (speed), .delay_us = 1000, .buf_size = 1028, .ring = 256, .fifo = 6

// A serial line to a device whose flash takes no time: measures line and protocol alone.
#define RIG_BARE_LINE(speed) RIG_LINE(speed), .buf_count = 2

// The same to a device that holds four packets, like Zephyr's server and tenon-sim.
#define RIG_DEEP_LINE(speed) RIG_LINE(speed), .buf_count = 4

// The same to an nRF52840, whose core stops during an erase (product specification, NVMC: 85 ms a
// page, 41 us a word; 150 us for the hash of 256 bytes is an estimate).
#define RIG_NRF52 .stalls = true, .erase_us = 85000, .word_us = 41, .step_us = 150
#define RIG_NRF52_LINE(speed) RIG_LINE(speed), .buf_count = 1, RIG_NRF52

// A network of 100 Mbit/s, and a server that holds four datagrams, like Zephyr's.
#define RIG_NETWORK(one_way_us)                                                                    \
    .link = RIG_DATAGRAM, .baud = 100000000, .delay_us = (one_way_us), .buf_size = 2048,           \
    .buf_count = 4

#endif
