// SPDX-License-Identifier: Apache-2.0
// The core's own registers: reset, and interrupts on and off.
#include "cortexm.h"

// Application interrupt and reset control, DDI 0419 section B3.2.6.
#define AIRCR (*(volatile uint32_t *)0xe000ed0c)  // [SCB.AIRCR]
#define AIRCR_KEY 0x05fa0000u                     // [SCB.AIRCR.VECTKEY=ALL]
#define AIRCR_SYSRESETREQ 0x4u                    // [SCB.AIRCR.SYSRESETREQ]

// Set-enable and clear-enable of 32 interrupts each, DDI 0419 sections B3.4.3 and B3.4.4, and DDI
// 0403 section B3.4 for cores with more than 32.
#define NVIC_ISER(n) (*(volatile uint32_t *)(0xe000e100u + 4u * (n)))  // [NVIC.ISER(n)]
#define NVIC_ICER(n) (*(volatile uint32_t *)(0xe000e180u + 4u * (n)))  // [NVIC.ICER(n)]

// Kept under this name with link-time optimisation, too: loader_forward.c names it in assembly.
__attribute__((used)) void cm_reset(void) {
    __asm__ volatile("dsb" ::: "memory");  // what was stored is stored
    AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    for (;;) {  // the request takes a few cycles
    }
}

void cm_unexpected(void) {
    cm_reset();
}

void cm_irq_enable(unsigned irq) {
    NVIC_ISER(irq / 32) = 1u << irq % 32;
}

void cm_irq_disable(unsigned irq) {
    NVIC_ICER(irq / 32) = 1u << irq % 32;
    __asm__ volatile("dsb\n\tisb" ::: "memory");  // not one more from here on
}

void cm_wait(void) {
    __asm__ volatile("wfi" ::: "memory");
}
