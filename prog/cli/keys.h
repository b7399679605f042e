// SPDX-License-Identifier: Apache-2.0
// What a console wants of the system: keys one by one, and to wait for several things at once.
#ifndef TN_CLI_KEYS_H
#define TN_CLI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/transport/tty.h"

// From here on each key arrives at once, Ctrl-C too, and is not shown. Returns false, and changes
// nothing, if standard input is no terminal.
bool keys_begin(void);
void keys_end(void);

// Reads from standard input, after keys_wait named KEYS_TYPED. Returns how many bytes, or 0 or less
// at its end.
int keys_read(uint8_t *ret, unsigned size);

// Prints the prompt on the terminal and reads a line from it that is not shown, without its end,
// even if standard input and output are files. Returns its length; -1: there is no terminal, the
// line is longer than size - 1, or the user ended it.
int keys_secret(const char *prompt, char *ret, unsigned size);

// Overwrites bytes; the compiler does not leave it out.
void wipe_secret(void *bytes, size_t len);

struct keys_wait {
    const struct tn_tty *tty;  // not waited for if it is not open
    bool wants_write;          // also until the tty accepts bytes
    bool wants_keys;
    int listener, client;  // of share.h; -1: not waited for
};

enum {
    KEYS_TTY_READ = 1,
    KEYS_TTY_WRITE = 2,
    KEYS_TYPED = 4,
    KEYS_LISTENER = 8,
    KEYS_CLIENT = 16,
};

// Waits until something can be done, ms milliseconds at most. Returns what, of the bits above; 0
// after the time, or a signal.
unsigned keys_wait(const struct keys_wait *w, unsigned ms);

#endif
