// SPDX-License-Identifier: Apache-2.0
// The update service: an SMP server with its groups on a board's serial line.
//
// The same in loader and application; they differ in what may be written, and in what else
// they do. Knows boards and groups. A program has one; it takes about 3 KB of RAM.
#ifndef TN_PROG_SERVICE_H
#define TN_PROG_SERVICE_H

#include "line.h"
#include "serve/image.h"
#include "serve/os.h"
#include "serve/tenon.h"

// What is served, and what it says of the program: service_all.c with a file for the groups
// (service_groups.c), or service_few.c, whichever a program lists.
extern struct tn_serve_os tn_service_os;
extern struct tn_serve_tenon tn_service_tenon;

// Sets the line's server up: its groups, and what they need. update and line live on.
void tn_service_describe(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line);

// The same, of the file for the groups, once os and tenon are filled: groups, links, journal.
void tn_service_links(const struct tn_board *board, struct tn_update *update,
        enum tn_writable writable, struct tn_line *line);

// Serves the links that a board has besides its serial line: a piece of work each, in every round,
// however busy another link is.
void tn_service_more(void);

// Between the last byte of an answer and the reset.
void tn_service_linger(const struct tn_board *board);

// ---- The service -------------------------------------------------------------------------

// Sets everything up. trust lives on. What can write any slot is a loader in recovery.
void tn_service_begin(
        const struct tn_board *board, const struct tn_trust *trust, enum tn_writable writable);

// Does the next thing there is to do. Call it again and again, until it resets the board: when
// a reset was asked for and its answer is sent.
void tn_service_poll(const struct tn_board *board);

// A reset is due: it happens when the answer is sent.
void tn_service_end(void);

// Prints a line of text, if the serial line is free just now.
bool tn_service_print(const char *text, size_t len);

#endif
