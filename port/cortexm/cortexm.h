// SPDX-License-Identifier: Apache-2.0
// What all Arm Cortex-M families share: start-up, exceptions, the jump, the reset, memory that
// a reset leaves alone.
//
// Knows the core and nothing of any chip around it. Registers: ARMv6-M Architecture Reference
// Manual (ARM DDI 0419), sections B1.5 (exceptions), B3.2 (system control), B3.4 (NVIC).
#ifndef TN_PORT_CORTEXM_H
#define TN_PORT_CORTEXM_H

#include "boot/request.h"

enum {
    CM_NMI = 2,  // exception numbers, and places in a vector table
    CM_HARDFAULT = 3,
    CM_SVC = 11,
    CM_PENDSV = 14,
    CM_SYSTICK = 15,
    CM_IRQ0 = 16,  // the first interrupt; the chip's chip.h says how many there are (CM_IRQS)
};

// An entry of a vector table.
typedef void cm_vector(void);

// What a program's vector table names as its reset: cm_start clears and copies the program's
// memory, calls board_begin and then main. A program that returns from main sleeps until a reset.
void cm_start(void) __attribute__((noreturn));

// What a loader's vector table names as its reset: cm_start, unless the board has the way into the
// chip's ROM (TN_BOARD_ROM).
void cm_loader_entry(void);

// The board's: pins, clocks and devices, before main.
void board_begin(void);

// Resets the chip. What was written to memory before is there afterwards.
void cm_reset(void) __attribute__((noreturn));

// The entry for exceptions that nobody expects: resets. A chip whose flash raises an NMI names its
// own handler as CM_NMI_HANDLER in its chip.h.
void cm_unexpected(void);

// Lets the core see an interrupt, by its number on the chip (not of the exception).
void cm_irq_enable(unsigned irq);
void cm_irq_disable(unsigned irq);

// Sleeps until an interrupt.
void cm_wait(void);

// For a loader (loader_forward.c, or loader_vtor.c where the core has a VTOR): runs the program
// whose vector table lies at addr. Its exceptions go there from now on. Does not return.
void cm_run(uint32_t addr) __attribute__((noreturn));

// tn_retained over plain memory that no program initialises; ctx points to it.
void cm_retained_load(const struct tn_retained *r, void *buf, size_t len);
void cm_retained_store(const struct tn_retained *r, const void *buf, size_t len);

#endif
