// SPDX-License-Identifier: Apache-2.0
// What every board gives to a program: its slots, a serial line, time, a button, the reset.
//
// Knows no register and no policy. A port fills one such table per board, const, and programs
// (prog/) are written against it; nothing in src/ includes it.
#ifndef TN_PORT_BOARD_H
#define TN_PORT_BOARD_H

#include "boot/handover.h"
#include "boot/policy.h"
#include "boot/request.h"
#include "boot/strategy.h"
#include "channel/stream.h"

// What guards a device that nobody is near to, and what its updates outlive a reset by.
struct tn_guard {
    // Two sectors for what became of updates (boot/log.h); NULL: it is not kept.
    const struct tn_area *outcome;

    // Two sectors for the upload that is under way (update/journal.h); NULL: it begins anew after
    // a reset.
    const struct tn_area *journal;

    // The chip's own security counter; NULL: it is kept with the outcomes.
    const struct tn_counter *counter;

    // Called between the steps of whatever takes long: feeds a watchdog that runs. The longest
    // time between two calls is one erase, or the check of one signature.
    void (*alive)(void);

    // Arms the watchdog: without alive for ms, the core starts anew. It cannot be disarmed. NULL:
    // not here.
    void (*arm)(uint32_t ms);
};

// What a program does not use may be NULL: main_small.c and main_bare.c of prog/boot use no
// request, hand-over, clock, cause or name.
struct tn_board {
    const char *name;       // as `os info` tells it: "bbc_microbit"
    const char *processor;  // "cortex-m0"
    const struct tn_slots *slots;
    const struct tn_stream *serial;
    const struct tn_retained *request;   // TN_REQUEST_LEN bytes
    const struct tn_retained *handover;  // TN_HANDOVER_LEN bytes

    // NULL: neither outcomes nor a watchdog.
    const struct tn_guard *guard;

    // Milliseconds since some moment; wraps at 32 bits. Counts while the program runs, whether
    // or not interrupts are on.
    uint32_t (*now_ms)(void);

    // Why the core started. TN_RESET_UNKNOWN where the chip does not tell.
    enum tn_reset_cause (*cause)(void);

    // Is the button that asks for recovery held? NULL: there is none.
    bool (*button)(void);

    // Starts anew. Does not return.
    void (*reset)(void);

    // The loader's: stops what it started (interrupts, timer, UART) and runs the program whose
    // vector table lies at addr. Does not return. NULL in an application.
    void (*run)(uint32_t addr);

    // Nothing to do until something happens, or for at most about a millisecond. May return
    // at once. NULL: the program just goes round.
    void (*idle)(void);
};

// The board that a program was linked for.
extern const struct tn_board tn_board;

// How its images get to where they run. A loader's only: an application links no steps of it.
extern const struct tn_strategy *const tn_board_strategy;

// For a loader that takes nothing of tn_board: as its member run.
void tn_board_run(uint32_t addr);

// The board's flash and its slots. A program may bring its own slots over that flash.
extern const struct tn_flash tn_board_flash;
extern const struct tn_slots tn_board_slots;

#endif
