// SPDX-License-Identifier: Apache-2.0
// An emulated chip that runs the real Arm binary. Unicorn executes the core; a table describes the
// chip (chip.h).
//
// Knows no chip, no image, no slot and no test: tests read flash and RAM, and how a run ended. A
// test may cut the power at any flash operation, and may restore any earlier state. Several chips
// may exist at once; they share nothing.
#ifndef TN_EMU_EMU_H
#define TN_EMU_EMU_H

#include "card.h"
#include "chip.h"
#include "nor.h"
#include "port/posix/usb_cable.h"
#include "system.h"

enum {
    TN_EMU_SP = 13,
    TN_EMU_LR = 14,
    TN_EMU_PC = 15,
    TN_EMU_XPSR = 16,
    TN_EMU_PRIMASK = 17,
    TN_EMU_CONTROL = 18,
    TN_EMU_REGS = 19,
    TN_EMU_BAD = 0x80,           // of a unit: its ECC is wrong
    TN_EMU_PENDING_STORES = 16,  // stores of one instruction
    TN_EMU_UNWATCHED = 8,
    TN_EMU_WINDOWS = 16,
    TN_EMU_LINES = 2,
    TN_EMU_LINE_ROOM = 4096,  // bytes that have come and were not taken; a power of 2
    TN_EMU_PORTS = 8,         // of input pins
    TN_EMU_OPTIONS = 4,
};

// How a run ended.
enum tn_emu_end {
    TN_EMU_LEFT,     // the core fetched an instruction outside of the loader, at e->pc
    TN_EMU_RESET,    // the program requested a reset
    TN_EMU_IDLE,     // the program waits for an event that never comes: a byte, an interrupt, ...
    TN_EMU_LIMIT,    // e->limit instructions were executed
    TN_EMU_LOCKUP,   // a fault within a fault
    TN_EMU_STOPPED,  // tn_emu_stop was called
    TN_EMU_UNKNOWN,  // on_unknown
    TN_EMU_BITTEN,   // the watchdog ran out (only with e->watchdog_bites)
};

// The chip's watchdog. Unless e->watchdog_bites is set it never resets the chip: a test reads how
// long the program did not feed it. Power-on stops it.
struct tn_emu_watchdog {
    bool running;
    bool pauses_in_sleep;
    uint32_t timeout_ms;
    uint64_t feedings;
    uint64_t fed;      // e->insns at the last feeding
    uint64_t fed_us;   // tn_emu_us then
    uint64_t longest;  // most instructions between two feedings
};

// A flash operation of the program. Offsets count from the beginning of the flash.
struct tn_emu_op {
    bool is_external;  // of the flash on the board (e->nor)
    bool is_erase;
    bool begins_call;               // the first operation of a call of the flash driver
    uint32_t off;                   // of the unit or the sector
    uint32_t len;                   // bytes of the unit or the sector
    uint8_t data[TN_EMU_UNIT_MAX];  // what the unit will hold afterwards
    const uint8_t *page;            // the same of an external program; valid during the callback
};

// Addresses from begin up to, not including, end.
struct tn_emu_range {
    uint32_t begin, end;
};

// The right value of a word of flash, after an instruction that stored to it.
struct tn_emu_pending_store {
    uint32_t off;
    uint32_t word;
};

// Pages that hold registers.
struct tn_emu_window {
    struct tn_emu *emu;
    uint32_t base, size;
};

// Bytes on their way to the chip: from to to, modulo the room.
struct tn_emu_line {
    uint32_t from, to;
    uint8_t bytes[TN_EMU_LINE_ROOM];
};

struct tn_emu {
    const struct tn_emu_chip *chip;
    uint8_t *flash;  // chip->flash_size bytes; may be written while no run is in progress
    uint8_t *ram;    // chip->ram_size bytes
    uint8_t *ram2;   // chip->ram2_size bytes
    uint8_t *rom;    // chip->rom_size bytes, all 0 at first
    uint64_t limit;  // instructions of one run; 0: 1,000,000,000; on_insn may increase it

    // Callbacks of a run; each may be NULL. on_op is called before a flash operation changes
    // anything, on_insn before an instruction is executed; both may read registers.
    void (*on_op)(struct tn_emu *e, const struct tn_emu_op *op);
    void (*on_insn)(struct tn_emu *e, uint32_t addr, uint32_t size);
    // The core sleeps, or polls an input that has nothing. Nothing happens by itself before the
    // time until (tn_emu_us; TN_EMU_NEVER). The function lets time pass (tn_emu_pass), or lets
    // bytes come (tn_emu_line_put). False: the run ends with TN_EMU_IDLE, and so it does if there
    // is no function.
    bool (*on_sleep)(struct tn_emu *e, uint64_t until);

    // A byte goes out on a serial line.
    void (*on_byte)(struct tn_emu *e, unsigned line, uint8_t byte);

    // The program accesses a register of a device that is not modelled, which reads 0. False: the
    // run ends with TN_EMU_UNKNOWN.
    bool (*on_unknown)(
            struct tn_emu *e, const struct tn_emu_device *d, uint32_t addr, bool is_store);

    // The instruction at pc has caused a fault: its handler follows, or a lock-up.
    void (*on_fault)(struct tn_emu *e, uint32_t pc);
    void *ctx;

    // Words that the chip keeps without power besides its flash, such as option bytes, and how
    // often a program has written them. The chip's devices set them first.
    uint32_t options[TN_EMU_OPTIONS];
    unsigned option_writes;
    bool has_options;

    // Words that a programmer has written outside of the flash (the nRF's UICR: 4 KiB); NULL: none.
    const uint8_t *uicr;

    uint32_t pins[TN_EMU_PORTS];  // levels of the input pins; all 1 at first
    uint32_t hse_khz;             // of the board's crystal, or the clock in its place; 0: none
    bool usb_power;               // VBUS: a USB cable to a host is plugged in
    struct tn_emu_medium medium;  // in the card's slot, for a chip whose SPI has one
    struct tn_emu_nor_chip nor;   // the flash on the board, in the card's place
    uint32_t nor_commands;        // that it has got since power on
    unsigned card_cs;             // the pin that selects it: 32 and more are the second port's
    // The device that is plugged into the chip's USB connector, with its ctx, for a controller in
    // host mode; NULL: none. It stays there at a reset and when the power goes.
    const struct tn_usb_cable *usb_device;
    unsigned usb_supply_pin;  // while it is high, the device has power; 16 to a port
    bool watchdog_bites;      // a watchdog that runs out ends the run
    struct tn_emu_watchdog watchdog;

    // Counters since power on.
    uint64_t insns;
    uint64_t erases;
    uint64_t units;       // programmed
    uint64_t violations;  // of a device's rules: flash in the wrong mode, a unit written too often
    uint64_t faults;
    uint64_t lost;              // bytes of serial lines that the chip has lost
    uint64_t longest_stall_us;  // that the core stood still at once; tn_emu_open sets it to 0
    uint32_t pc;                // where the last run ended

    // private
    void *uc;
    uint32_t code_begin;  // address
    uint32_t code_size;
    uint32_t last_pc;
    unsigned polls;
    bool polled_out;            // the program only polls
    bool attention;             // the ticks are to be called
    bool masked;                // an exception is pending that the core does not take now
    bool paused;                // the engine was stopped to look at devices and exceptions
    bool whole;                 // every program runs
    struct tn_emu_masks masks;  // when masked was set
    int intr;                   // exception number of Unicorn; 0: none
    uint64_t passed;            // time without instructions, counted in instructions
    uint64_t next_tick;         // e->insns + e->passed
    struct tn_emu_line lines[TN_EMU_LINES];
    uint8_t *writes;   // number of writes of each unit since its erase, and TN_EMU_BAD
    unsigned nbad;     // units with TN_EMU_BAD
    bool hooks_loads;  // loads from flash are looked at
    bool urgent;       // an NMI has come: taken before the next instruction
    uint8_t *states;   // of all devices, one after the other
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

// Makes a chip with erased flash. The core may execute the code_size bytes of flash from the chip's
// boot_off on, a multiple of 4 KiB; a fetch from anywhere else ends a run. Returns 0, or -1 with a
// line on stderr. e must not be moved afterwards.
int tn_emu_open(struct tn_emu *e, const struct tn_emu_chip *chip, uint32_t code_size);

// Makes a chip that runs all programs in its flash and RAM, with their interrupts, fast:
// on_insn is not called, and e->insns is an estimate.
int tn_emu_open_whole(struct tn_emu *e, const struct tn_emu_chip *chip);
void tn_emu_close(struct tn_emu *e);

// Removes the hook on each instruction from a range of code, such as a library: it then runs twice
// as fast. There on_insn is not called, insns grows by an estimate for each block, and a store that
// breaks the flash's rules is undone too late: use no result after a violation. Give the ranges in
// the order of their addresses, while no run is in progress. Returns -1 if there are too many.
int tn_emu_unwatch(struct tn_emu *e, uint32_t begin, uint32_t end);

// ---- Time and input: calls for on_sleep, or between runs

// Lets time pass.
void tn_emu_pass(struct tn_emu *e, uint64_t us);

// Bytes come on a serial line. Returns how many fit.
size_t tn_emu_line_put(struct tn_emu *e, unsigned line, const void *bytes, size_t len);

// Sets the level of an input pin.
void tn_emu_pin(struct tn_emu *e, unsigned port, unsigned pin, bool high);

// ---- USB: calls for on_sleep, or between runs

// Gets the chip's USB cable (port/posix/usb_cable.h), which is valid until tn_emu_close. False: the
// chip has no controller that is modelled.
bool tn_emu_usb(struct tn_emu *e, struct tn_usb_cable *ret);

// Plugs the cable into a host that supplies power, or pulls it out. It stays as it is at a reset
// and when the power of the chip goes.
void tn_emu_usb_plug(struct tn_emu *e, bool plugged);

// ---- Power and runs

// Erases the flash as a programmer does.
void tn_emu_erase_all(struct tn_emu *e);

// Switches the power on: fills RAM with random bytes (from seed) and sets all counters to 0.
void tn_emu_power_on(struct tn_emu *e, uint32_t seed);

// Resets the core, which starts from its vector table. The cause is the program's request, or else
// the reset pin. RAM stays as it is.
void tn_emu_reset(struct tn_emu *e);

// Continues at the core's program counter.
enum tn_emu_end tn_emu_run(struct tn_emu *e);

// Switches the power on and runs, through at most max_resets resets. Returns TN_EMU_RESET only if
// there was one more.
enum tn_emu_end tn_emu_boot(struct tn_emu *e, uint32_t seed, unsigned max_resets);

// Call it from on_op or on_insn: the run ends before the operation or the instruction.
void tn_emu_stop(struct tn_emu *e);

// Core registers by number. Within on_insn they have the values before the instruction.
uint32_t tn_emu_reg(struct tn_emu *e, int number);
void tn_emu_get_regs(struct tn_emu *e, uint32_t ret[TN_EMU_REGS]);
void tn_emu_set_regs(struct tn_emu *e, const uint32_t regs[TN_EMU_REGS]);

// Reads size bytes of a device's register as the program does; 0 if no device has the address.
uint32_t tn_emu_load(struct tn_emu *e, uint32_t addr, unsigned size);

// Writes a device's register as the program does; nothing happens if no device has the address.
void tn_emu_store(struct tn_emu *e, uint32_t addr, unsigned size, uint32_t value);

// The most instructions between two feedings of the watchdog so far.
uint64_t tn_emu_watchdog_longest(const struct tn_emu *e);

// Copies the state of from to e: flash, RAM, devices, registers and counters. Both must have the
// same chip and code_size. from may be in one of its callbacks.
void tn_emu_copy(struct tn_emu *e, struct tn_emu *from);

// Copies only the bytes of the flash and their write counts, and the bytes of the external flash.
void tn_emu_copy_flash(struct tn_emu *e, const struct tn_emu *from);

// tn_emu_do carries out an operation as the controller does. tn_emu_tear carries out a part of it,
// as if the power failed: seed selects the bits that change.
void tn_emu_do(struct tn_emu *e, const struct tn_emu_op *op);
void tn_emu_tear(struct tn_emu *e, const struct tn_emu_op *op, uint32_t seed);

// The next number of a pseudo-random series.
uint32_t tn_emu_random(uint32_t *seed);

#endif
