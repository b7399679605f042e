// SPDX-License-Identifier: Apache-2.0
// The table that every board supplies to a program: slots, serial line, time, button, reset.
//
// Knows no registers and no policy. A port fills one const table for each board. Programs (prog/)
// use it; nothing in src/ includes it.
#ifndef TN_PORT_BOARD_H
#define TN_PORT_BOARD_H

#include "boot/handover.h"
#include "boot/policy.h"
#include "boot/request.h"
#include "boot/strategy.h"
#include "channel/stream.h"

// Optional: outcome log, upload journal, security counter, watchdog.
struct tn_guard {
    // Two sectors for the outcomes of updates (boot/log.h); NULL: not recorded.
    const struct tn_area *outcome;

    // Two sectors for the upload journal (update/journal.h); NULL: an upload starts at 0 after a
    // reset.
    const struct tn_area *journal;

    // The chip's own security counter; NULL: the counter is in the outcome log.
    const struct tn_counter *counter;

    // Feeds a running watchdog. Called between the steps of long work. The longest time between two
    // calls is one erase, or the check of one signature.
    void (*alive)(void);

    // Starts the watchdog: the core resets if alive is not called for ms. It cannot be stopped.
    // NULL: no watchdog.
    void (*arm)(uint32_t ms);
};

enum {
    TN_MARK_LEN = 8,
};

// A member that the program does not use may be NULL: main_small.c and main_bare.c of prog/boot use
// no request, hand-over, clock, cause or name.
struct tn_board {
    const char *name;       // as in the answer to `os info`: "bbc_microbit"
    const char *processor;  // "cortex-m0"
    const struct tn_slots *slots;
    const struct tn_stream *serial;
    const struct tn_retained *request;   // TN_REQUEST_LEN bytes
    const struct tn_retained *handover;  // TN_HANDOVER_LEN bytes

    // NULL: no outcomes, no journal, no counter of the chip, no watchdog.
    const struct tn_guard *guard;

    // Milliseconds from any start; wraps at 32 bits. Counts while the program runs, with interrupts
    // on or off.
    uint32_t (*now_ms)(void);

    // Why the core was reset. TN_RESET_UNKNOWN if the chip does not record it.
    enum tn_reset_cause (*cause)(void);

    // What other loaders' conventions ask for, by registers that a reset keeps; taken once. NULL:
    // the chip knows none.
    enum tn_run_mode (*asked)(enum tn_reset_cause cause);

    const struct tn_retained *mark;  // TN_MARK_LEN bytes, for the loader alone (double reset)

    // True while the button that requests recovery is held. NULL: no button.
    bool (*button)(void);

    // True if the loader starts the chip's own loader on request (TN_RUN_ROM), which checks no
    // signature. NULL: it does not.
    bool (*has_rom)(void);

    // Resets the core. Does not return.
    void (*reset)(void);

    // In a loader: stops what the loader started (interrupts, timer, UART) and runs the program
    // whose vector table is at addr. Does not return. NULL in an application.
    void (*run)(uint32_t addr);

    // Waits for an event, for at most about a millisecond. May return at once. NULL: the program
    // does not wait.
    void (*idle)(void);
};

// The board that the program is linked with.
extern const struct tn_board tn_board;

// The steps that bring an image to where it runs. In a loader only: an application does not link
// them.
extern const struct tn_strategy *const tn_board_strategy;

// For a loader that does not use tn_board: does the same as its member run.
void tn_board_run(uint32_t addr);

// The board's flash and its slots. A program may define its own slots on that flash.
extern const struct tn_flash tn_board_flash;
extern const struct tn_slots tn_board_slots;

// The area of the key list (boot/keyring.h), of boards that list cortexm/keys.c.
extern const struct tn_area tn_board_keys;

// The area of the verified mark (boot/verified.h) and its lock, of boards that list
// cortexm/verified.c. They link only for a chip whose lock holds until the next reset.
extern const struct tn_area tn_board_verified;
int tn_board_lock(void);

#endif
