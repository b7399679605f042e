// SPDX-License-Identifier: Apache-2.0
// The vector table of a loader on a core without VTOR.
//
// The core takes every exception from the table at address 0, which is the loader's, also while
// the application runs. So all entries but reset go by way of one word of memory that no program
// initialises: the base of the application's table, or 0 while the loader itself runs. The way
// there takes eight instructions; registers and stack are as the core has left them, but for r0
// and r1, which the core has saved, so that any handler, also one that reads its own exception
// frame, works as if its table lay at 0.
#include "chip.h"
#include "cortexm.h"

extern volatile uint32_t ld_retained_vectors;  // the word, see leave_priv.h
extern cm_vector ld_stack_top;                 // no function, but the type of the table

// To the application's handler. In the loader itself no exception is expected: reset.
__attribute__((naked)) static void forward(void) {
    __asm__("ldr r0, =ld_retained_vectors\n\t"
            "ldr r0, [r0]\n\t"
            "cmp r0, #0\n\t"
            "beq 1f\n\t"
            "mrs r1, ipsr\n\t"
            "lsl r1, r1, #2\n\t"
            "ldr r0, [r0, r1]\n\t"
            "bx r0\n"
            "1:\n\t"
            "ldr r0, =cm_reset\n\t"
            "bx r0\n\t"
            ".ltorg");
}

static void start(void) {
    ld_retained_vectors = 0;
    cm_start();
}

// Ranges of initializers are gcc's and clang's.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
__attribute__((section(".vectors"), used)) static cm_vector *const vectors[CM_IRQ0 + CM_IRQS] = {
        ld_stack_top, start, [CM_NMI... CM_IRQ0 + CM_IRQS - 1] = forward};
#pragma GCC diagnostic pop
