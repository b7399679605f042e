// SPDX-License-Identifier: Apache-2.0
// The parts that a board's folder (board.c) and a chip family's drivers export. The tables in
// port/cortexm combine these parts to a struct tn_board, one table for each role of a program.
//
// Every part is an object or a function of its own: a part that the role's table does not name is
// not linked. A board without programs of a role leaves out that role's parts.
#ifndef TN_PORT_BOARD_PARTS_H
#define TN_PORT_BOARD_PARTS_H

#include "board.h"

// ---- The board's: every role ---------------------------------------------------------------

// tn_board_flash and tn_board_slots are declared in board.h, tn_board_strategy too.

extern const char tn_board_name[];       // as in struct tn_board
extern const char tn_board_processor[];  // "cortex-m0"

// Outcome log, upload journal, watchdog. Members that the board lacks are NULL.
extern const struct tn_guard tn_board_guard;

// True while the button that requests recovery is held. False if there is no button.
bool tn_board_button(void);

// ---- The board's: loaders ------------------------------------------------------------------

// A loader enables no interrupts: its line is polled.
extern const struct tn_stream tn_board_loader_line;

// Starts the line, the button, and the clock that the line needs.
void tn_board_loader_begin(void);

// Stops the line after its last byte is sent: a reset or the application follows. Leaves line,
// button and clock as a reset does (test/emu/handover.c checks that).
void tn_board_loader_end(void);

// ---- The board's: applications -------------------------------------------------------------

extern const struct tn_stream tn_board_app_line;

// Starts the clock, the line with interrupts, a tick and the button.
void tn_board_app_begin(void);

// Resets the chip after the line's last byte is sent. As tn_board.reset.
void tn_board_app_reset(void);

// The sample application's work: an interrupt of the board's tick increments it.
uint32_t tn_board_work(void);

// ---- The chip's ----------------------------------------------------------------------------

// Milliseconds, without an interrupt. chip_clock_end leaves the timer as a reset does.
void chip_clock_begin(void);
void chip_clock_end(void);
uint32_t chip_now_ms(void);  // as tn_board.now_ms

// Why the chip was reset. As tn_board.cause; works once after a reset.
enum tn_reset_cause chip_cause(void);

// What conventions of other loaders ask for, as tn_board.asked. A chip without them has
// asked_none.c.
enum tn_run_mode chip_asked(enum tn_reset_cause cause);

// Whether the loader starts the chip's own loader on request, as tn_board.has_rom. A board whose
// board.cmake sets TN_BOARD_ROM lists the family's file, which has the start of the loader, too
// (cm_loader_entry); any other has rom_none.c.
bool chip_has_rom(void);

// The number that tells this chip from its siblings, as hex digits; "" if it has none.
const char *chip_id(void);

// The watchdog. As tn_guard.alive and tn_guard.arm; used by port/cortexm/guard.c.
void chip_alive(void);
void chip_arm(uint32_t ms);

// Locks the flash from begin up to, not including, end against writes until the next reset. Both
// are addresses, of whole blocks that the chip can lock. A chip that cannot lock has lock_none.c;
// one that can lock for good (a board's TN_BOARD_LOCK) locks the loader alone.
void chip_lock(uint32_t begin, uint32_t end);

// True if the chip says that all of it is locked until the next reset. Only chips with such a lock
// have this function, so that a program that needs the lock links for no other.
bool chip_is_locked(uint32_t begin, uint32_t end);

// ---- port/cortexm's: from the board's layout.h (retained.c) ----------------------------------

extern const struct tn_retained tn_board_request;
extern const struct tn_retained tn_board_handover;
extern const struct tn_retained tn_board_mark;

#endif
