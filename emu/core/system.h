// SPDX-License-Identifier: Apache-2.0
// The part of a chip that is the core's own: system control block, interrupt controller, SysTick.
//
// It is a device like others, tn_emu_cortexm_system; a chip without it has no interrupts. Source:
// ARM DDI 0419 (ARMv6-M) section B3, ARM DDI 0403 (ARMv7-M) sections B1.5 and B3.
#ifndef TN_EMU_SYSTEM_H
#define TN_EMU_SYSTEM_H

#include "chip.h"

// 0xe000e000 to 0xe000efff.
extern const struct tn_emu_device tn_emu_cortexm_system;

// Numbers of exceptions; interrupts follow.
enum tn_emu_exception {
    TN_EMU_NMI = 2,
    TN_EMU_HARDFAULT = 3,
    TN_EMU_MEMMANAGE = 4,
    TN_EMU_BUSFAULT = 5,
    TN_EMU_USAGEFAULT = 6,
    TN_EMU_SVCALL = 11,
    TN_EMU_PENDSV = 14,
    TN_EMU_SYSTICK = 15,
    TN_EMU_IRQ0 = 16,
};

// What masks exceptions in the core.
struct tn_emu_masks {
    bool primask, faultmask;
    uint8_t basepri;
};

// The pending exception that the core takes now; 0: none. *ret_masked: one is pending that waits.
unsigned tn_emu_system_next(struct tn_emu *e, const struct tn_emu_masks *masks, bool *ret_masked);

// True if the core may take this exception at once, as a fault or an SVC must be.
bool tn_emu_system_may(struct tn_emu *e, unsigned number, const struct tn_emu_masks *masks);

// The fault that the core takes for a cause: the configurable one if the program has enabled it and
// it may be taken, else HardFault.
unsigned tn_emu_system_fault(struct tn_emu *e, unsigned wanted, const struct tn_emu_masks *masks);

// The core has entered or left an exception.
void tn_emu_system_enter(struct tn_emu *e, unsigned number);
void tn_emu_system_leave(struct tn_emu *e, unsigned number);

// Address of the vector table.
uint32_t tn_emu_system_vectors(struct tn_emu *e);

#endif
