// SPDX-License-Identifier: Apache-2.0
// A pseudo terminal as a device's serial line: a symbolic link leads to it.
#ifndef TN_PROG_EMU_TERMINAL_H
#define TN_PROG_EMU_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TERMINAL_ROOM = 4096,
};

struct terminal {
    int master;
    int log;    // gets all bytes of the device; -1: none
    bool open;  // a program has opened the terminal
    size_t n;   // bytes of the device that wait
    uint8_t out[TERMINAL_ROOM];
};

// Makes the terminal, and the link to it (in place of an older link). log: a file, NULL: none.
// Returns 0, or -1 with a line on stderr.
int terminal_open(struct terminal *t, const char *link, const char *log);

// A byte of the device. A line has no memory: what nobody reads is lost.
void terminal_give(struct terminal *t, uint8_t byte);

// Sends what waits.
void terminal_flush(struct terminal *t);

// Reads what a program has written, up to size bytes. Returns their number.
size_t terminal_take(struct terminal *t, uint8_t *buf, size_t size);

#endif
