// SPDX-License-Identifier: Apache-2.0
// Measures in simulated time how much of a line an upload uses, and what networks carry.
//
// The real client, links, server and writer move 200 KiB over the modelled line of
// test/endure/rig.h. serial.share is a percentage: the time that the upload's bytes need on the
// line one after the other, divided by the time that the upload took. 100 is all that the framing
// allows. Code takes no time in the model, and a host answers within 1 ms. A figure with a plain
// name is for a device like tenon-sim: its flash takes no time, its receiver holds three packets,
// and it reports a buffer count of 4. "count2" reports 2, as a program with the buffer of one
// packet does. "nrf52" adds that chip's erases and writes, and a count of 1. udp.rtt is KiB/s at
// this round trip to a server with eight buffers of an Ethernet frame. Prints a table, or with
// --json one object per line.
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "boards.h"

enum { LEN = 200 * 1024 };

struct row {
    const char *name;
    const char *unit;
    struct rig_cfg cfg;
};

#define SIM_LINE(rate)                                                                             \
    .baud = (rate), .delay_us = 1000, .buf_size = 1028, .ring = 4096, .buf_count = 4

#define SIM_NETWORK(one_way_us)                                                                    \
    .link = RIG_DATAGRAM, .baud = 100000000, .delay_us = (one_way_us), .buf_size = 1472,           \
    .buf_count = 8

static const struct row rows[] = {
        {"serial.share.115200", "%", {SIM_LINE(115200), .link = RIG_CONSOLE}},
        {"serial.share.921600", "%", {SIM_LINE(921600), .link = RIG_CONSOLE}},
        {"raw.share.115200", "%", {SIM_LINE(115200), .link = RIG_RAW, .with_crc = true}},
        {"raw.share.921600", "%", {SIM_LINE(921600), .link = RIG_RAW, .with_crc = true}},
        {"serial.share.count2.115200", "%", {RIG_BARE_LINE(115200), .link = RIG_CONSOLE}},
        {"serial.share.count2.921600", "%", {RIG_BARE_LINE(921600), .link = RIG_CONSOLE}},
        {"serial.share.nrf52.115200", "%", {RIG_NRF52_LINE(115200), .link = RIG_CONSOLE}},
        {"serial.share.nrf52.921600", "%", {RIG_NRF52_LINE(921600), .link = RIG_CONSOLE}},
        {"udp.rtt0", "KiB/s", {SIM_NETWORK(50)}},
        {"udp.rtt10", "KiB/s", {SIM_NETWORK(5000)}},
        {"udp.rtt50", "KiB/s", {SIM_NETWORK(25000)}},
        {"udp.rtt10.lost10", "KiB/s", {SIM_NETWORK(5000), .loss = 100, .seed = 1}},
};

static double measure(const struct row *row) {
    struct rig_cfg cfg = row->cfg;
    struct rig_result r;

    cfg.image_len = LEN;
    rig_run(&cfg, &r);
    if (!r.right || (r.retries && !cfg.loss)) {
        return 0;  // bytes that were sent twice would count as use
    }
    double seconds = r.took_ms / 1000.0;
    return cfg.link == RIG_DATAGRAM ? LEN / 1024.0 / seconds
                                    : (double)r.wire_bytes * 1000 / cfg.baud / seconds;
}

int main(int argc, char **argv) {
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        double v = measure(&rows[i]);
        printf(json ? "{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"%s\", \"peer\": null, "
                      "\"peer_value\": null}\n"
                    : "%-28s %8.1f %s\n",
                rows[i].name, v, rows[i].unit);
        if (v == 0) {
            fprintf(stderr, "lines: %s: the upload failed\n", rows[i].name);
            return 1;
        }
    }
    return 0;
}
