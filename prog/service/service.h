// SPDX-License-Identifier: Apache-2.0
// The update service of a program: a server on each of its links, one image writer, and the reset.
//
// The same in loader and application. A program fills the struct: by tn_service_recovery or
// tn_service_serial, which hold the memory that it takes, or by itself (sim/links.c has several
// links with a policy each). Knows boards and channels, and no group by itself.
#ifndef TN_PROG_SERVICE_SERVICE_H
#define TN_PROG_SERVICE_SERVICE_H

#include "board.h"
#include "channel/line.h"
#include "serve/image.h"
#include "serve/os.h"
#include "serve/tenon.h"
#include "update/admit.h"

enum {
    TN_SERVICE_PACKET = 1024,  // bytes of the largest console packet
    // A bare packet may fill the frame's buffer, and the answer to an echo is a byte longer.
    TN_SERVICE_FRAME = TN_SERVICE_PACKET + 4,
    TN_SERVICE_RESPONSE = TN_SERVICE_FRAME + 4,
};

// Set what stands before "private", the rest to 0.
struct tn_service {
    const struct tn_board *board;
    struct tn_update *update;
    struct tn_channel *links;  // the first one; its next is the second

    // Called in every round, before the links: tells them the time (tn_service_tell_time). NULL:
    // nobody needs it.
    void (*round)(struct tn_service *s);

    // Called between the last byte of an answer and the reset: waits until the answer has left
    // (tn_service_linger). NULL: the board's reset does that.
    void (*linger)(const struct tn_board *board);

    // private
    bool reset_is_due;
};

// Does the next thing there is to do on each link. Call it again and again, until it resets the
// board: when a reset was asked for and its answer is sent.
void tn_service_poll(struct tn_service *s);

// Serves until somebody asks for a reset, with the board's watchdog fed. Never returns.
void tn_service_run(struct tn_service *s) __attribute__((noreturn));

// A reset is due: it happens when the answer is sent.
void tn_service_end(struct tn_service *s);

// What round and linger may be, on a board with a clock.
void tn_service_tell_time(struct tn_service *s);
void tn_service_linger(const struct tn_board *board);

// Clients may send so many packets ahead: one where an erase stops the core, for bytes that come
// meanwhile are lost; otherwise as many as the link holds.
static inline uint8_t tn_service_buf_count(const struct tn_slots *slots, uint8_t holds) {
    return slots->area[TN_SECONDARY].flash->stalls_cpu ? 1 : holds;
}

// Fills what `os info` and `os reset` tell and do: the board's name and processor, what the program
// is ("recovery", "application"), and a reset that may ask for recovery (mode 1). s and words,
// which take four, live on.
void tn_service_describe(
        struct tn_service *s, struct tn_serve_os *os, const char **words, const char *role);

// Lets uploads hold to the loader's rules (update/admit.h), TN_RULE_* bits. a lives on.
void tn_service_hold_to(
        struct tn_service *s, struct tn_admit *a, uint8_t rules, bool is_application);

// ---- Services with memory of their own, about 4 KB of RAM each ---------------------------

// For small loaders: console lines on the board's serial line; reset, parameters, echo, and the
// image group over all slots. Errors have codes, and no words. trust lives on.
struct tn_service *tn_service_recovery(const struct tn_board *board, const struct tn_trust *trust);

// Both framings on the board's serial line, with every group that has a meaning on every device;
// uploads go on after a reset where the board has an area for their journal. trust lives on.
struct tn_service_serial {
    struct tn_service service;
    struct tn_line line;
};

// rules: TN_RULE_* bits of the loader; an application takes them from the hand-over, and passes 0.
struct tn_service_serial *tn_service_serial(const struct tn_board *board,
        const struct tn_trust *trust, enum tn_writable writable, uint8_t rules);

#endif
