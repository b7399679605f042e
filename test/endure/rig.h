// SPDX-License-Identifier: Apache-2.0
// A whole upload in simulated time: the real client, links, server and writer; a model of the
// line, of the flash's times, and of what goes wrong.
//
// Modelled: bytes paced by the line's speed, a delay each way, lines or datagrams that are lost,
// damaged, doubled or late, a receiver that holds so many bytes and fewer while an erase stops
// the core, the times of erasing and programming, log text, connections that break. Not
// modelled: how long code takes (it takes no time), a host's scheduling, clocks that differ.
#ifndef TN_TEST_ENDURE_RIG_H
#define TN_TEST_ENDURE_RIG_H

#include <stdbool.h>
#include <stdint.h>

enum rig_link { RIG_CONSOLE, RIG_RAW, RIG_DATAGRAM };

enum {
    RIG_IMAGE_MAX = 240 * 1024,
    RIG_SECTOR = 4096,
};

// Zero means none, unless said otherwise.
struct rig_cfg {
    enum rig_link link;
    uint32_t baud;       // a byte takes ten bits; of datagrams, what their way carries
    uint32_t delay_us;   // each way
    uint32_t image_len;  // at most RIG_IMAGE_MAX
    uint32_t seed;

    // The device.
    uint32_t buf_size;    // what params says; the window is one less than the count
    uint32_t buf_count;   // also the datagrams that it holds
    uint32_t ring;        // bytes that the receiver of a line holds
    bool stalls;          // an erase stops the core
    uint32_t fifo;        // bytes that it holds meanwhile
    uint32_t erase_us;    // a sector
    uint32_t word_us;     // programming 4 bytes
    uint32_t step_us;     // a step of hashing, and of any other late answer
    uint32_t long_erase;  // which erase takes long_us; 0: none
    uint32_t long_us;
    uint32_t log_us;  // a line of log about so often

    // The line, of 1000 lines or datagrams. Of bare packets on a line, each is one.
    unsigned loss;
    unsigned damage;  // one byte of it; such a datagram is dropped by its checksum
    bool with_crc;    // the client adds a CRC-32 to each request
    unsigned twice;
    unsigned late;      // by a few times the delay
    unsigned cuts;      // connections that break; the next one comes half a second later
    unsigned again;     // how often an upload that was refused, or made no sense, is sent again
    uint64_t limit_us;  // give up; 0: an hour
};

struct rig_result {
    bool done;   // the client says so
    bool right;  // and all bytes are where they belong
    bool wrong;  // it said so, and they are not
    int end;     // of the last upload: what the client returned
    int rc;      // and the server's code
    uint32_t took_ms;
    uint32_t retries;     // chunks that were sent again
    uint32_t uploads;     // begun
    uint32_t cuts;        // connections that broke
    uint32_t violations;  // of the flash's rules
    uint64_t wire_bytes;  // to the device
    uint32_t refused;     // uploads that the server ended with an error
};

// Runs one upload to its end.
void rig_run(const struct rig_cfg *cfg, struct rig_result *ret);

#endif
