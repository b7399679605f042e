// SPDX-License-Identifier: Apache-2.0
// What many.c and the system's way to make processes share (many_fork.c, many_win.c).
#ifndef TN_CLI_MANY_PRIV_H
#define TN_CLI_MANY_PRIV_H

#include "many.h"

enum { SHOWN = 160 };  // of a device's newest text

// The unfinished line of one stream.
struct stream {
    int fd;  // -1: closed
    char *text;
    size_t len, size;
};

struct job {
    const char *port;
    long pid;  // 0: not started
    struct stream out, err;
    bool is_done;
    int code;
    char newest[SHOWN];
};

struct many {
    struct cli *cli;
    struct job *jobs;
    size_t n, started, running;
    bool has_block;  // a line per device on the terminal
    size_t drawn;    // lines of the block that are on the screen
};

// Takes what a process wrote to the stream, and prints each line that has its end.
void many_take(struct many *m, struct job *j, struct stream *s, const char *p, size_t n);
void many_end_line(struct many *m, struct job *j, struct stream *s);  // the stream is over

// Draws the terminal's lines anew, if it has them.
void many_draw(struct many *m);

// Runs the command in a process for each job, at most MANY_AT_ONCE at a time, and sets the jobs'
// codes. Ctrl-C ends them all. Returns 0, or -1 with a fault of m->cli if one could not be started.
int many_processes(struct many *m);

#endif
