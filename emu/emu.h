// SPDX-License-Identifier: Apache-2.0
// A chip in memory that runs the real Arm binary: core by Unicorn, flash controller and reset
// logic here.
//
// Knows the core and the devices that a loader touches. Knows no image, no slot and no test: those
// look at flash and ram, and at how a run ended. Power may be cut at any flash operation, and any
// state be put back. Several chips may live at once; nothing is shared between them.
#ifndef TN_EMU_EMU_H
#define TN_EMU_EMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tn_emu_core {
    TN_EMU_CORTEX_M0,
    TN_EMU_CORTEX_M4,
};

// A chip as data.
struct tn_emu_chip {
    const char *name;
    enum tn_emu_core core;
    uint32_t flash_size;
    uint32_t page_size;  // what an erase takes
    uint32_t ram_size;
    uint8_t word_writes;  // of one word between two erases
};

extern const struct tn_emu_chip tn_emu_nrf51822;
extern const struct tn_emu_chip tn_emu_nrf52840;

enum {
    TN_EMU_RAM = 0x20000000,  // where RAM begins
    TN_EMU_LR = 14,
    TN_EMU_SP = 13,
    TN_EMU_PC = 15,
    TN_EMU_XPSR = 16,
    TN_EMU_PRIMASK = 17,
    TN_EMU_CONTROL = 18,
    TN_EMU_REGS = 19,
    TN_EMU_MENDS = 16,  // stores of one instruction
    TN_EMU_BLURS = 8,
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

// The watchdog. Set running: somebody has armed it before. It never bites: whoever tests looks at
// how long it was not fed.
struct tn_emu_dog {
    bool running;
    uint32_t crv, config, rren;  // as the program has written them
    uint64_t feedings;
    uint64_t fed;      // e->insns at the last one
    uint64_t longest;  // instructions between two
};

// Something that the program does to its flash.
struct tn_emu_op {
    bool is_erase;
    bool begins_call;  // the first one since the controller was switched over
    uint32_t addr;     // of the word, or of the page
    uint32_t value;    // what the word will hold afterwards
};

// What a word of flash is to be after an instruction that stored to it.
struct tn_emu_mend {
    uint32_t addr;
    uint32_t word;
};

// Code from begin up to end.
struct tn_emu_blur {
    uint32_t begin, end;
};

struct tn_emu {
    const struct tn_emu_chip *chip;
    uint8_t *flash;  // chip->flash_size bytes: may be written while nothing runs
    uint8_t *ram;    // chip->ram_size bytes
    uint64_t limit;  // instructions of one run; 0: a thousand million; on_insn may add to it

    // Called by a run, each may be NULL. An operation: before it takes place, the flash is as it
    // was. An instruction: before it is executed, registers are to be had.
    void (*on_op)(struct tn_emu *e, const struct tn_emu_op *op);
    void (*on_insn)(struct tn_emu *e, uint32_t addr, uint32_t size);
    void *ctx;
    bool button;  // held: the pins of the buttons read 0
    struct tn_emu_dog dog;

    // What runs have done since power came.
    uint64_t insns;
    uint64_t erases;
    uint64_t words;       // written
    uint64_t violations;  // of the flash's rules: a page in the wrong mode, a word once too often
    uint64_t faults;
    uint32_t pc;  // where the last run ended

    // private
    void *uc;
    uint32_t code_size;
    uint32_t last_pc;
    uint32_t idle_reads;
    uint8_t *writes;  // of each word since its erase
    enum tn_emu_end end;
    bool ended;
    bool code_changed;
    uint32_t nvmc_config;
    bool switched;
    uint32_t reset_reason;
    uint32_t gpregret;
    uint32_t timer_cc;
    bool sending;
    struct tn_emu_blur blurs[TN_EMU_BLURS];
    unsigned nblurs;
    struct tn_emu_mend mends[TN_EMU_MENDS];
    unsigned nmends;
};

// Makes a chip, its flash erased. Instructions run from the first code_size bytes of flash, a
// multiple of 4 KiB; a fetch from anywhere else ends a run. 0, or -1 with a line on stderr.
int tn_emu_open(struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size);
void tn_emu_close(struct tn_emu *e);

// Code that computes, a library's, runs twice as fast if nobody looks at each instruction: on_insn
// is not called there, insns grows by a guess for each block, and a store that breaks the flash's
// rules is undone too late: after a violation nothing that follows can be relied on. To be given in
// the order of addresses, while nothing runs. -1 if there are too many.
int tn_emu_blur(struct tn_emu *e, uint32_t begin, uint32_t end);

// Erases the flash as a programmer does.
void tn_emu_erase_all(struct tn_emu *e);

// Power comes: RAM holds chance (a series that seed begins), counters are 0.
void tn_emu_power_on(struct tn_emu *e, uint32_t seed);

// The core starts from its vector table, as after any reset; RAM stays.
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

// Makes e what from is: flash, RAM, devices and registers. Same chip and code_size; counters
// become those of from. from may be in one of its callbacks.
void tn_emu_copy(struct tn_emu *e, struct tn_emu *from);

// Bytes of the flash and what their rules remember, without anything else.
void tn_emu_copy_flash(struct tn_emu *e, const struct tn_emu *from);

// Does an operation as the controller does it, or a part of it, as when power fails meanwhile:
// which bits of it change is chance, by seed.
void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op);
void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed);

// The next of a series of pseudo-random numbers.
uint32_t tn_emu_random(uint32_t *seed);

#endif
