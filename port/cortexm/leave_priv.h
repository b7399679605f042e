// SPDX-License-Identifier: Apache-2.0
// How a loader leaves for an application, which finds the core as after a reset: nothing enabled,
// nothing pending, nothing masked.
#ifndef TN_PORT_CORTEXM_LEAVE_PRIV_H
#define TN_PORT_CORTEXM_LEAVE_PRIV_H

#include "cortexm.h"

// SysTick's control, and pending bits of SysTick and PendSV, DDI 0419 sections B3.3.3 and B3.2.4.
#define SYST_CSR (*(volatile uint32_t *)0xe000e010)
#define ICSR (*(volatile uint32_t *)0xe000ed04)  // [SCB.ICSR]
#define ICSR_PENDSVCLR (1u << 27)                // [SCB.ICSR.PENDSVCLR]
#define ICSR_PENDSTCLR (1u << 25)                // [SCB.ICSR.PENDSTCLR]

// Vector table offset, ARMv7-M Architecture Reference Manual (DDI 0403) section B3.2.5.
#define VTOR (*(volatile uint32_t *)0xe000ed08)  // [SCB.VTOR]

// On a core without VTOR: where exceptions go (loader_forward.c). The linker script gives its
// place, the same for loader and application.
extern volatile uint32_t ld_retained_vectors;

// Clear-enable and clear-pending of 32 interrupts each, DDI 0419 sections B3.4.4 and B3.4.6.
#define NVIC_ICER(n) (*(volatile uint32_t *)(0xe000e180u + 4u * (n)))  // [NVIC.ICER(n)]
#define NVIC_ICPR(n) (*(volatile uint32_t *)(0xe000e280u + 4u * (n)))  // [NVIC.ICPR(n)]

// Masks and clears everything; banks: of 32 interrupts that the chip may have.
static inline void leave_quietly(unsigned banks) {
    __asm__ volatile("cpsid i" ::: "memory");
    SYST_CSR = 0;
    for (unsigned i = 0; i < banks; i++) {
        NVIC_ICER(i) = ~0u;
        NVIC_ICPR(i) = ~0u;
    }
    ICSR = ICSR_PENDSVCLR | ICSR_PENDSTCLR;
}

// Takes stack and reset handler from the table at addr. Nothing may touch the stack meanwhile.
__attribute__((noreturn)) static inline void leave_for(uint32_t addr) {
    __asm__ volatile("ldr r1, [%0]\n\t"
                     "ldr r2, [%0, #4]\n\t"
                     "dsb\n\t"
                     "msr msp, r1\n\t"
                     "isb\n\t"
                     "cpsie i\n\t"
                     "bx r2"
                     :
                     : "l"(addr)
                     : "r1", "r2", "memory");
    __builtin_unreachable();
}

// The same, and clears first what a loader may have left in RAM: its variables, the room for its
// stack (STACK_MIN of the board's layout.h), and the registers. leave_wiped.c
void cm_leave_wiped_for(uint32_t addr) __attribute__((noreturn));

#endif
