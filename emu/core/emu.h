// SPDX-License-Identifier: Apache-2.0
// A chip in memory that runs the real Arm binary: the core by Unicorn, the chip by a table
// (chip.h).
//
// Knows no chip, no image, no slot and no test: tests look at flash and ram, and at how a run
// ended. Power may be cut at any flash operation, and any state may be put back. Several chips may
// live at once; they share nothing.
#ifndef TN_EMU_EMU_H
#define TN_EMU_EMU_H

#include "chip.h"

enum {
    TN_EMU_SP = 13,
    TN_EMU_LR = 14,
    TN_EMU_PC = 15,
    TN_EMU_XPSR = 16,
    TN_EMU_PRIMASK = 17,
    TN_EMU_CONTROL = 18,
    TN_EMU_REGS = 19,
    TN_EMU_PENDING_STORES = 16,  // of one instruction
    TN_EMU_UNWATCHED = 8,
    TN_EMU_WINDOWS = 16,
};

// How a run ended.
enum tn_emu_end {
    TN_EMU_LEFT,     // fetched an instruction outside of the loader: e->pc says where
    TN_EMU_RESET,    // the program asked for a reset
    TN_EMU_IDLE,     // it waits for what never comes: a byte, an interrupt, the end of a loop
    TN_EMU_LIMIT,    // e->limit instructions
    TN_EMU_LOCKUP,   // a fault within a fault
    TN_EMU_STOPPED,  // tn_emu_stop
};

// The chip's watchdog. It never resets the chip: a test looks at how long the program did not feed
// it. Power stops it.
struct tn_emu_watchdog {
    bool running;
    bool pauses_in_sleep;
    uint32_t timeout_ms;
    uint64_t feedings;
    uint64_t fed;      // e->insns at the last one
    uint64_t longest;  // instructions between two
};

// Something that the program does to its flash. Offsets are from the flash's beginning.
struct tn_emu_op {
    bool is_erase;
    bool begins_call;               // the first one of a call of the flash driver
    uint32_t off;                   // of the unit, or of the sector
    uint32_t len;                   // bytes of it
    uint8_t data[TN_EMU_UNIT_MAX];  // what the unit will hold afterwards
};

// Addresses from begin up to end.
struct tn_emu_range {
    uint32_t begin, end;
};

// What a word of flash must be after an instruction that stored to it.
struct tn_emu_pending_store {
    uint32_t off;
    uint32_t word;
};

// Pages that hold registers.
struct tn_emu_window {
    struct tn_emu *emu;
    uint32_t base, size;
};

struct tn_emu {
    const struct tn_emu_chip *chip;
    uint8_t *flash;  // chip->flash_size bytes: may be written while nothing runs
    uint8_t *ram;    // chip->ram_size bytes
    uint64_t limit;  // instructions of one run; 0: a thousand million; on_insn may add to it

    // Called by a run, each may be NULL. An operation: before it takes place, the flash is as it
    // was. An instruction: before it is executed, registers can be read.
    void (*on_op)(struct tn_emu *e, const struct tn_emu_op *op);
    void (*on_insn)(struct tn_emu *e, uint32_t addr, uint32_t size);
    void *ctx;

    bool pins_low;  // all input pins read 0, as with every button held; else 1
    struct tn_emu_watchdog watchdog;

    // What runs have done since power came.
    uint64_t insns;
    uint64_t erases;
    uint64_t units;       // programmed
    uint64_t violations;  // of the flash's rules: a page in the wrong mode, a unit once too often
    uint64_t faults;
    uint32_t pc;  // where the last run ended

    // private
    void *uc;
    uint32_t code_begin;  // address
    uint32_t code_size;
    uint32_t last_pc;
    unsigned polls;
    uint8_t *writes;  // of each unit since its erase
    uint8_t *states;  // of the devices, one behind the other
    size_t states_size;
    enum tn_emu_end end;
    enum tn_emu_cause cause;  // of the next reset
    bool ended;
    bool code_changed;
    bool call_begins;
    struct tn_emu_range unwatched[TN_EMU_UNWATCHED];
    unsigned nunwatched;
    struct tn_emu_pending_store pending[TN_EMU_PENDING_STORES];
    unsigned npending;
    struct tn_emu_window windows[TN_EMU_WINDOWS];
    unsigned nwindows;
};

// Makes a chip, its flash erased. Instructions run from the code_size bytes of flash behind the
// chip's boot_off, a multiple of 4 KiB; a fetch from anywhere else ends a run. 0, or -1 with a line
// on stderr. e must not be moved afterwards.
int tn_emu_open(struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size);
void tn_emu_close(struct tn_emu *e);

// Code that computes, a library's, runs twice as fast if nobody looks at each instruction: on_insn
// is not called there, insns grows by an estimate for each block, and a store that breaks the
// flash's rules is undone too late: after a violation nothing that follows can be relied on. Ranges
// must be given in the order of their addresses, while nothing runs. -1 if there are too many.
int tn_emu_unwatch(struct tn_emu *e, uint32_t begin, uint32_t end);

// Erases the flash as a programmer does.
void tn_emu_erase_all(struct tn_emu *e);

// Power comes: RAM holds chance (a series that seed begins), counters are 0.
void tn_emu_power_on(struct tn_emu *e, uint32_t seed);

// The core starts from its vector table, by the reset that the program has asked for, or else by
// the pin's. RAM stays.
void tn_emu_reset(struct tn_emu *e);

// Runs from where the core stands.
enum tn_emu_end tn_emu_run(struct tn_emu *e);

// Power on, and runs with at most max_resets resets between. Never returns TN_EMU_RESET unless
// there was one too many.
enum tn_emu_end tn_emu_boot(struct tn_emu *e, uint32_t seed, unsigned max_resets);

// From on_op or on_insn: the run ends before the operation or the instruction.
void tn_emu_stop(struct tn_emu *e);

// Core registers by number. From within on_insn they are those before the instruction.
uint32_t tn_emu_reg(struct tn_emu *e, int number);
void tn_emu_get_regs(struct tn_emu *e, uint32_t ret[TN_EMU_REGS]);
void tn_emu_set_regs(struct tn_emu *e, const uint32_t regs[TN_EMU_REGS]);

// A device's register as the program reads it, size bytes; 0 where no device is.
uint32_t tn_emu_load(struct tn_emu *e, uint32_t addr, unsigned size);

// Instructions that the watchdog was not fed for, at most, up to now.
uint64_t tn_emu_watchdog_longest(const struct tn_emu *e);

// Makes e what from is: flash, RAM, devices and registers. Same chip and code_size; counters
// become those of from. from may be in one of its callbacks.
void tn_emu_copy(struct tn_emu *e, struct tn_emu *from);

// Copies bytes of the flash and what their rules remember, without anything else.
void tn_emu_copy_flash(struct tn_emu *e, const struct tn_emu *from);

// Does an operation as the controller does it, or a part of it, as when power fails meanwhile:
// which bits of it change is chance, by seed.
void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op);
void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed);

// The next of a series of pseudo-random numbers.
uint32_t tn_emu_random(uint32_t *seed);

#endif
