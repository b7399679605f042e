// SPDX-License-Identifier: Apache-2.0
// An SMP server on a board's serial line: what loader and application share.
//
// Joins stream, link and server: console lines alone (line.c), or bare packets too (line_auto.c),
// whichever a program lists. Knows no group and no image.
#ifndef TN_PROG_LINE_H
#define TN_PROG_LINE_H

#include "board.h"
#include "link/detect.h"
#include "smp/server.h"

// Set what stands before "private", the rest to 0. console.buf holds peer.buf_size bytes. Only
// line_auto.c looks at detect, and wants peer.now_ms kept up to date.
struct tn_line {
    const struct tn_stream *stream;
    struct tn_smp_server *server;
    struct tn_console console;
    struct tn_smp_peer peer;

    // private
    size_t next;  // where in the console's packet the next request begins
    size_t out_len;
    size_t out_pos;
    uint8_t out[TN_DETECT_LINE];  // a line on its way out
    // for line_auto.c, in the place of console but for its buffer: the caller's, all 0
    struct tn_detect *detect;
    uint32_t heard_ms;  // when the last byte came
};

// Does the next thing that there is to do: a byte in, a few out, one request, a piece of an
// answer that is due. Returns false if there was nothing.
bool tn_line_poll(struct tn_line *l);

// Prints text of at most TN_CONSOLE_LINE bytes, if the line is free just now: between the lines
// of a response it would be in the way. Returns whether it did.
bool tn_line_print(struct tn_line *l, const char *text, size_t len);

#endif
