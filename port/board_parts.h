// SPDX-License-Identifier: Apache-2.0
// What a board's folder exports (board.c), and what a chip's family does (its drivers). The tables
// in port/cortexm join these parts to a struct tn_board, one for each role that a program may have.
//
// Every part is an object or a function of its own: what the table of a role does not name is not
// linked. A board that lists no program of a role leaves that role's parts out.
#ifndef TN_PORT_BOARD_PARTS_H
#define TN_PORT_BOARD_PARTS_H

#include "board.h"

// ---- The board's: every role ---------------------------------------------------------------

// tn_board_flash and tn_board_slots are declared in board.h, tn_board_strategy too.

extern const char tn_board_name[];       // as struct tn_board has them
extern const char tn_board_processor[];  // "cortex-m0"

// Outcome log, upload journal, watchdog. What a board lacks is NULL in it.
extern const struct tn_guard tn_board_guard;

// Is the button that asks for recovery held? False where there is none.
bool tn_board_button(void);

// ---- The board's: loaders ------------------------------------------------------------------

// A loader enables no interrupt: its line is polled.
extern const struct tn_stream tn_board_loader_line;

// Starts line and button, and what the line's clock needs.
void tn_board_loader_begin(void);

// Stops the line when its last byte is out: a reset or the application follows.
void tn_board_loader_end(void);

// ---- The board's: applications -------------------------------------------------------------

extern const struct tn_stream tn_board_app_line;

// Starts the clock, the line by interrupt, a tick and the button.
void tn_board_app_begin(void);

// Resets the chip when the line's last byte is out. As tn_board.reset.
void tn_board_app_reset(void);

// The sample application's work: grows by interrupts of the board's tick.
uint32_t tn_board_work(void);

// ---- The chip's ----------------------------------------------------------------------------

// Milliseconds, without an interrupt. end leaves the timer as a reset does.
void chip_clock_begin(void);
void chip_clock_end(void);
uint32_t chip_now_ms(void);  // as tn_board.now_ms

// Why the chip was reset. As tn_board.cause; works once after a reset.
enum tn_reset_cause chip_cause(void);

// ---- port/cortexm's: from the board's layout.h (retained.c) ----------------------------------

extern const struct tn_retained tn_board_request;
extern const struct tn_retained tn_board_handover;

#endif
