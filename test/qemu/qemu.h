// SPDX-License-Identifier: Apache-2.0
// An emulated micro:bit: QEMU's, with its flash, its button and its serial line in our hands.
//
// Needs qemu-system-arm (7.2 is Debian 12's). Its flash is filled through its own flash
// controller before the core runs: what QEMU loads by itself (-kernel, -device loader) it would
// bring back at every reset, and an update would be undone.
// Every call that fails says why on stderr and returns -1; the emulator is then good only for
// tn_qemu_stop.
#ifndef TN_TEST_QEMU_H
#define TN_TEST_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TN_QEMU_FLASH = 256 * 1024 };

struct tn_qemu {
    pid_t pid;   // of the emulator
    int serial;  // a socket: the other end of the device's serial line
    // private
    int qtest;    // socket: memory and pins
    int monitor;  // socket: run, stop, reset
};

// Starts an emulator whose flash is erased and whose core stands still. It ends with the
// calling process, however that ends.
int tn_qemu_start(struct tn_qemu *q);

// Ends it at once: power is gone. What flash held must have been read before.
void tn_qemu_stop(struct tn_qemu *q);

// Writes flash that is erased, or gets no bit un-written. Whole words. The core stands still.
int tn_qemu_flash(struct tn_qemu *q, uint32_t addr, const void *buf, size_t len);

// Reads flash or memory, running or not.
int tn_qemu_read(struct tn_qemu *q, uint32_t addr, void *buf, size_t len);

// Writes memory and registers, running or not.
int tn_qemu_poke(struct tn_qemu *q, uint32_t addr, uint32_t word);

// QEMU's UART forgets to ask for what was sent to it before the device was listening: it looks
// again when something else happens. This is something else; call it now and then while waiting
// for an answer.
int tn_qemu_nudge(struct tn_qemu *q);

// The reset pin: begins anew, with button A held or not, and runs. Memory stays as it is.
int tn_qemu_reset(struct tn_qemu *q, bool button);

// The core stands still.
int tn_qemu_halt(struct tn_qemu *q);

#endif
