// SPDX-License-Identifier: Apache-2.0
// A whole upload in simulated time, with the real client, links, server and writer, and a model of
// the line, of the flash's times, and of faults.
//
// Modelled: the line's speed; a delay in each direction; lines or datagrams that are lost, damaged,
// doubled or late; a receiver that holds a limited number of bytes, fewer while an erase stops the
// core; the times of erasing and programming; log text; connections that break. Not modelled: the
// time that code takes (none), a host's scheduling, clocks that differ.
#ifndef TN_TEST_ENDURE_RIG_H
#define TN_TEST_ENDURE_RIG_H

#include <stdbool.h>
#include <stdint.h>

enum rig_link { RIG_CONSOLE, RIG_RAW, RIG_DATAGRAM };

enum {
    RIG_IMAGE_MAX = 240 * 1024,
    RIG_SECTOR = 4096,
};

// 0 means none, unless a comment says something else.
struct rig_cfg {
    enum rig_link link;
    uint32_t baud;       // a byte takes ten bits; for datagrams, the speed of their network
    uint32_t delay_us;   // in each direction
    uint32_t image_len;  // at most RIG_IMAGE_MAX
    uint32_t seed;

    // The device.
    uint32_t buf_size;    // as params reports it; the window is buf_count - 1
    uint32_t buf_count;   // also the number of datagrams that it holds
    uint32_t ring;        // bytes that the receiver of a line holds
    bool stalls;          // an erase stops the core
    uint32_t fifo;        // bytes that the receiver holds during an erase
    uint32_t erase_us;    // of a sector
    uint32_t word_us;     // programming 4 bytes
    uint32_t step_us;     // a step of hashing, or of other work for an answer
    uint32_t long_erase;  // number of the erase that takes long_us; 0: none
    uint32_t long_us;
    uint32_t log_us;  // about the time between two lines of log

    // The line: shares of 1000 lines, datagrams or bare packets.
    unsigned loss;
    unsigned damage;  // one byte damaged; such a datagram is dropped for its checksum
    bool with_crc;    // the client adds a CRC-32 to each request
    unsigned twice;
    unsigned late;      // by some multiple of the delay
    unsigned cuts;      // connections that break; the next one opens half a second later
    unsigned again;     // repetitions of an upload that was refused or got a senseless answer
    uint64_t limit_us;  // when the rig gives up; 0: after an hour
};

struct rig_result {
    bool done;   // the client reports success
    bool right;  // and the flash holds the right bytes
    bool wrong;  // the client reported success with wrong bytes in flash
    int end;     // result of the client for the last upload
    int rc;      // the server's error code for it
    uint32_t took_ms;
    uint32_t retries;     // chunks sent again
    uint32_t uploads;     // uploads that began
    uint32_t cuts;        // connections that broke
    uint32_t violations;  // of the flash's rules
    uint64_t wire_bytes;  // bytes to the device
    uint32_t refused;     // uploads that the server ended with an error
};

// Runs one upload to its end.
void rig_run(const struct rig_cfg *cfg, struct rig_result *ret);

#endif
