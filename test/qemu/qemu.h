// SPDX-License-Identifier: Apache-2.0
// QEMU's emulated micro:bit, with control of its flash, its button and its serial line.
//
// Needs qemu-system-arm (Debian 12 has 7.2). The flash is written through the chip's flash
// controller before the core runs. QEMU would restore the content of its own options (-kernel,
// -device loader) at every reset, which would undo an update.
// A call that fails prints the reason on stderr and returns -1. Then only tn_qemu_stop may follow.
#ifndef TN_TEST_QEMU_H
#define TN_TEST_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TN_QEMU_FLASH = 256 * 1024 };

struct tn_qemu {
    pid_t pid;   // process of the emulator
    int serial;  // socket: the other end of the device's serial line
    // private
    int qtest;    // socket: memory and pins
    int monitor;  // socket: run, stop, reset
};

// Starts an emulator with erased flash and a stopped core. It ends when the calling process ends,
// for any reason.
int tn_qemu_start(struct tn_qemu *q);

// Ends the emulator at once, like a loss of power. Read the flash before if you need it.
void tn_qemu_stop(struct tn_qemu *q);

// Writes whole words of flash that are erased, or whose bits only change to 0. The core must be
// stopped.
int tn_qemu_flash(struct tn_qemu *q, uint32_t addr, const void *buf, size_t len);

// Reads flash or memory. The core may run.
int tn_qemu_read(struct tn_qemu *q, uint32_t addr, void *buf, size_t len);

// Writes memory and registers. The core may run.
int tn_qemu_poke(struct tn_qemu *q, uint32_t addr, uint32_t word);

// QEMU's UART does not notice bytes that were sent before the device enabled it, until another
// event comes. This call is such an event: call it now and then while you wait for an answer.
int tn_qemu_nudge(struct tn_qemu *q);

// The reset pin: resets the chip, with button A held or not, and runs it. Memory stays as it is.
int tn_qemu_reset(struct tn_qemu *q, bool button);

// Stops the core.
int tn_qemu_halt(struct tn_qemu *q);

#endif
