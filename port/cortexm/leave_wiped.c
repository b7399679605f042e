// SPDX-License-Identifier: Apache-2.0
// The end of a loader that has decrypted. Libraries leave parts of keys on the stack, and do not
// say where; so all memory that the loader has used is cleared, its stack included. The application
// finds the rest of RAM as before: what is retained, what was loaded there, what it kept itself.
#include "leave_priv.h"

// No stack and no variable may be used: a function in assembly, for every Cortex-M.
__attribute__((naked)) void cm_leave_wiped_for(uint32_t addr) {
    (void)addr;
    __asm__(".syntax unified\n\t"
            "ldr r1, =ld_data\n\t"
            "ldr r2, =ld_bss_end\n\t"
            "ldr r4, =ld_stack_room\n\t"
            "ldr r5, =ld_stack_top\n\t"
            "movs r3, #0\n\t"
            "b 2f\n"
            "1:\n\t"
            "stmia r1!, {r3}\n"
            "2:\n\t"
            "cmp r1, r2\n\t"
            "bcc 1b\n\t"
            "movs r1, r4\n\t"  // and once more, for the stack
            "cmp r2, r5\n\t"
            "mov r2, r5\n\t"  // leaves the flags
            "bne 2b\n\t"
            "movs r6, #0\n\t"
            "movs r7, #0\n\t"
            "mov r8, r3\n\t"
            "mov r9, r3\n\t"
            "mov r10, r3\n\t"
            "mov r11, r3\n\t"
            "mov r12, r3\n\t"
            // As leave_for.
            "ldr r1, [r0]\n\t"
            "ldr r2, [r0, #4]\n\t"
            "dsb\n\t"
            "msr msp, r1\n\t"
            "isb\n\t"
            "cpsie i\n\t"
            "bx r2\n\t"
            ".ltorg");
}
