// SPDX-License-Identifier: Apache-2.0
// What a chip is to the emulator's core: a row of data, and a table of devices.
//
// A chip is added by its own files in emu/chip and by a line in emu/chip/chips.h. The core calls
// devices through their table and knows no register of any chip; a device knows its registers, and
// calls the functions below.
#ifndef TN_EMU_CHIP_H
#define TN_EMU_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tn_emu;

// The core that executes. An instruction that it lacks is a fault.
enum tn_emu_core {
    TN_EMU_CORTEX_M0,
    TN_EMU_CORTEX_M3,
    TN_EMU_CORTEX_M4,
    TN_EMU_CORTEX_M7,
    TN_EMU_CORTEX_M33,
};

// Why the core starts from its vector table.
enum tn_emu_cause {
    TN_EMU_BY_POWER,
    TN_EMU_BY_PIN,
    TN_EMU_BY_PROGRAM,
    TN_EMU_BY_LOCKUP,
};

// One device of a chip. A function that is NULL does nothing; load then reads 0.
//
// The core keeps the state: aligned for any type, all 0 when power comes. It copies the state as
// bytes when a chip is copied, so no pointer may lie in it.
struct tn_emu_device {
    uint32_t base;  // address of its registers
    uint32_t size;  // bytes of them
    uint32_t state_size;

    // Power comes: what is not 0 then. reset follows.
    void (*power_on)(struct tn_emu *e, void *state);

    // The chip is reset: what does not outlive that.
    void (*reset)(struct tn_emu *e, void *state, enum tn_emu_cause cause);

    // The program reads or writes size bytes at base + off: 1, 2 or 4.
    uint32_t (*load)(struct tn_emu *e, void *state, uint32_t off, unsigned size);
    void (*store)(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value);

    // The program stores into its flash, off from where that begins. The flash controller has this
    // function, no other device.
    void (*store_flash)(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value);
};

// Sectors of one size; what an erase takes.
struct tn_emu_sectors {
    uint32_t size, count;
};

enum {
    TN_EMU_UNIT_MAX = 32,
};

struct tn_emu_chip {
    const char *name;
    enum tn_emu_core core;
    uint32_t flash_base;
    uint32_t flash_size;                   // a multiple of 4 KiB, as all sizes of memory here
    bool flash_at_0;                       // is seen at address 0 too
    uint32_t boot_off;                     // in flash: the vector table that a reset starts from
    const struct tn_emu_sectors *sectors;  // from the flash's beginning to its end
    uint8_t unit;                          // bytes that are programmed at once: 4 to UNIT_MAX
    uint8_t unit_writes;                   // of one unit between two erases
    uint32_t ram_base;
    uint32_t ram_size;
    uint32_t insns_per_us;  // instructions that stand for a microsecond: the clock's MHz

    // An address belongs to the first device whose block holds it. Registers of no device are a
    // fault, so a chip ends its table with a block that reads 0 where a program may touch what is
    // not modelled.
    const struct tn_emu_device *const *devices;
    size_t ndevices;
};

// ---- What devices call -----------------------------------------------------------------

// The flash controller: programs one unit, or erases the sector that begins at off. Bits only go
// from 1 to 0. The run's on_op is called first, and may end the run before anything changes. False:
// the run has ended.
bool tn_emu_flash_program(struct tn_emu *e, uint32_t off, const void *unit);
bool tn_emu_flash_erase(struct tn_emu *e, uint32_t off);

// The next operation is the first one of a call of the flash driver.
void tn_emu_flash_begin_call(struct tn_emu *e);

// The program has broken a rule of the flash: nothing was changed.
void tn_emu_flash_refuse(struct tn_emu *e);

// Where the sector that holds off begins, and its size.
void tn_emu_sector_at(
        const struct tn_emu_chip *chip, uint32_t off, uint32_t *ret_begin, uint32_t *ret_size);

// The program polls for input and there is none. Polling with nothing between ends the run.
void tn_emu_polled(struct tn_emu *e);

// The program did something else.
void tn_emu_worked(struct tn_emu *e);

// The program asks for a reset: the run ends.
void tn_emu_request_reset(struct tn_emu *e);

// The state of this device of the chip.
void *tn_emu_state(struct tn_emu *e, const struct tn_emu_device *device);

// The watchdog, as tests see it (struct tn_emu_watchdog in emu.h).
void tn_emu_watchdog_start(struct tn_emu *e, uint32_t timeout_ms, bool pauses_in_sleep);
void tn_emu_watchdog_feed(struct tn_emu *e);
void tn_emu_watchdog_stop(struct tn_emu *e);

#endif
