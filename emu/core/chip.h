// SPDX-License-Identifier: Apache-2.0
// Describes a chip for the emulator's core: a row of data, and a table of devices.
//
// To add a chip, add its files to emu/chip and a line to emu/chip/chips.h. The core calls devices
// through their table and knows no register of any chip. A device knows its registers, and calls
// the functions below.
#ifndef TN_EMU_CHIP_H
#define TN_EMU_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tn_emu;
struct tn_usb_cable;  // port/posix/usb_cable.h

// The kind of core. An instruction that it lacks is a fault.
enum tn_emu_core {
    TN_EMU_CORTEX_M0,
    TN_EMU_CORTEX_M3,
    TN_EMU_CORTEX_M4,
    TN_EMU_CORTEX_M7,
    TN_EMU_CORTEX_M33,
};

// The cause of a reset.
enum tn_emu_cause {
    TN_EMU_BY_POWER,
    TN_EMU_BY_PIN,
    TN_EMU_BY_PROGRAM,
    TN_EMU_BY_LOCKUP,
    TN_EMU_BY_WATCHDOG,
};

// A time that never comes.
#define TN_EMU_NEVER UINT64_MAX

// One device of a chip. A function that is NULL does nothing; load then reads 0.
//
// The emulator's core owns the state: aligned for any type, all 0 at power on. It copies the state
// as bytes when a chip is copied, so the state must contain no pointer.
struct tn_emu_device {
    const char *name;  // as in the manual: errors name it
    uint32_t base;     // address of its registers
    uint32_t size;     // bytes of its registers
    uint32_t state_size;

    // Power on: sets what is not 0 then. A call of reset follows.
    void (*power_on)(struct tn_emu *e, void *state);

    // Reset: sets what a reset changes.
    void (*reset)(struct tn_emu *e, void *state, enum tn_emu_cause cause);

    // The program reads or writes size bytes at base + off: 1, 2 or 4.
    uint32_t (*load)(struct tn_emu *e, void *state, uint32_t off, unsigned size);
    void (*store)(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value);

    // Does what is due: time has passed, input has come, or the device has called tn_emu_attend.
    // Sets interrupt lines. Returns the time (tn_emu_us) at which to call it again at the latest;
    // TN_EMU_NEVER: it waits for no time.
    uint64_t (*tick)(struct tn_emu *e, void *state);

    // True: stands for registers that are not modelled (e->on_unknown in emu.h).
    bool unknown;

    // The program stores at the offset off of its flash. Only the flash controller has this
    // function.
    void (*store_flash)(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value);

    // The program loads from a unit whose ECC is wrong (struct tn_emu_chip.ecc). Only the flash
    // controller has this function.
    void (*load_bad)(struct tn_emu *e, void *state, uint32_t off);

    // The program calls the function of the chip's ROM that begins at addr. Its arguments are in
    // r0 to r3 (tn_emu_reg); returns what it answers in r0. Time passes by tn_emu_stall. One device
    // of a chip has this function; the bytes of the ROM are not executed then.
    uint32_t (*call_rom)(struct tn_emu *e, void *state, uint32_t addr);
};

// Sectors of one size. An erase clears one sector.
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
    uint32_t flash_size;                   // a multiple of 4 KiB, like all sizes of memory here
    bool flash_at_0;                       // address 0 shows the flash too
    uint32_t boot_off;                     // offset in flash of the vector table that a reset uses
    const struct tn_emu_sectors *sectors;  // from the flash's beginning to its end
    uint32_t otp_size;                     // bytes that are written once; 0: none, or not modelled
    uint8_t unit;                          // bytes that are programmed at once: 4 to UNIT_MAX
    uint8_t unit_writes;                   // writes of one unit between two erases
    bool ecc;                              // a unit whose write or erase was cut may be unreadable
    uint32_t ram_base;
    uint32_t ram_size;
    uint32_t ram2_base, ram2_size;  // more RAM at another address; 0: none
    uint32_t rom_base, rom_size;    // ROM, which e->rom holds or a device is (call_rom); 0: none
    unsigned irqs;                  // number of interrupts
    uint32_t insns_per_us;          // instructions that count as one microsecond: the clock's MHz

    // The cable of the USB device controller; its functions get the emulator as their ctx. NULL:
    // the chip has none, or it is not modelled.
    const struct tn_usb_cable *usb;

    // An address belongs to the first device whose block contains it. An access to no device is
    // a fault. So a chip whose programs use registers that are not modelled ends its table with a
    // block that reads 0.
    const struct tn_emu_device *const *devices;
    size_t ndevices;
};

// ---- What devices call -----------------------------------------------------------------

// For the flash controller: programs one unit, or erases the sector that begins at off. Programming
// only changes bits from 1 to 0. OTP has the offsets behind the flash, and no sectors. Calls the
// run's on_op first, which may end the run before anything changes. False: the run has ended.
bool tn_emu_flash_program(struct tn_emu *e, uint32_t off, const void *unit);
bool tn_emu_flash_erase(struct tn_emu *e, uint32_t off);

// Call it when a call of the flash driver begins: the next operation is its first.
void tn_emu_flash_begin_call(struct tn_emu *e);

// Call it if the program breaks a rule of the flash. Counts a violation and changes nothing.
void tn_emu_flash_refuse(struct tn_emu *e);

// For a controller with the external flash behind it: it is deselected, which begins what it was
// told. Calls on_op as above.
struct tn_emu_nor;
void tn_emu_nor_end_command(struct tn_emu *e, struct tn_emu_nor *n);

// Call it if the program does with another device what its manual forbids, so that the chip may do
// anything. Counts a violation and changes nothing.
void tn_emu_refuse(struct tn_emu *e);

// Gets the beginning and the size of the sector that contains off.
void tn_emu_sector_at(
        const struct tn_emu_chip *chip, uint32_t off, uint32_t *ret_begin, uint32_t *ret_size);

// Call it when the program polls an input that has nothing. Many such calls in a row end the run.
void tn_emu_polled(struct tn_emu *e);

// Call it when the program does other work.
void tn_emu_worked(struct tn_emu *e);

// Call it when the program requests a reset: ends the run.
void tn_emu_request_reset(struct tn_emu *e);

// ---- Time, interrupts, lines and pins

// Microseconds since power on, by instructions, sleep and stalls.
uint64_t tn_emu_us(const struct tn_emu *e);

// The core stands still for us, such as while its flash is erased. Time passes, other devices work.
void tn_emu_stall(struct tn_emu *e, uint64_t us);

// Call it if a store or a load has changed what a tick would do: all ticks are called soon.
void tn_emu_attend(struct tn_emu *e);

// Sets the level of a device's interrupt line. Needs the device tn_emu_cortexm_system (chips.h).
void tn_emu_irq(struct tn_emu *e, unsigned irq, bool high);

// Raises the non-maskable interrupt.
void tn_emu_nmi(struct tn_emu *e);

// What a serial line's receiver is at. All 0: no byte is on its way. A part of a device's state.
struct tn_emu_receiver {
    bool busy;
    uint64_t at;  // when the byte on the line is complete
};

// The next byte from outside that is complete by now, if a byte takes us; false: none. Line 0 is
// the console. Call it in a loop while the receiver is on.
bool tn_emu_receive(
        struct tn_emu *e, unsigned line, struct tn_emu_receiver *r, uint64_t us, uint8_t *ret);

// When the next byte will be complete, for a tick.
static inline uint64_t tn_emu_receiver_due(const struct tn_emu_receiver *r) {
    return r->busy ? r->at : TN_EMU_NEVER;
}

// A byte goes out.
void tn_emu_line_give(struct tn_emu *e, unsigned line, uint8_t byte);

// The levels of a port's input pins, a bit each.
uint32_t tn_emu_pins(const struct tn_emu *e, unsigned port);

// The state of this device of the chip.
void *tn_emu_state(struct tn_emu *e, const struct tn_emu_device *device);

// The watchdog, as tests see it (struct tn_emu_watchdog in emu.h).
void tn_emu_watchdog_start(struct tn_emu *e, uint32_t timeout_ms, bool pauses_in_sleep);
void tn_emu_watchdog_feed(struct tn_emu *e);
void tn_emu_watchdog_stop(struct tn_emu *e);

#endif
