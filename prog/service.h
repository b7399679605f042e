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

// What is served, and what it says of the program: service_all.c with service_groups.c, or
// service_few.c, whichever a program lists.
extern const struct tn_smp_group tn_service_groups[];
extern const size_t tn_service_ngroups;
void tn_service_describe(const struct tn_board *board, enum tn_writable writable);
extern bool (*const tn_service_wants_words)(const struct tn_smp_req *rq);
extern struct tn_serve_image tn_service_image;
extern struct tn_serve_os tn_service_os;
extern struct tn_serve_tenon tn_service_tenon;

// Between the last byte of an answer and the reset.
void tn_service_linger(const struct tn_board *board);

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
