// SPDX-License-Identifier: Apache-2.0
// The way into the loader in the chip's ROM ("system memory", ST, AN2606), and back.
//
// The request is carried out by the first instructions after a reset by software: clocks, devices
// and interrupts are as that reset has left them, and no memory of ours is set up yet (only
// constants and the stack are used). The ROM runs with its own stack, at address 0 and by VTOR, as
// if the pin BOOT0 had started it.
//
// When it is told to start the program, it jumps to the loader's first instruction, and leaves its
// clocks and devices as they are. No reset has taken place then: RCC_CSR, whose flags were cleared
// on the way in, tells none. A reset follows, and the application finds a chip as after any reset.
// Only where a request was carried out before, so that a RCC_CSR that reads 0 for ever (QEMU)
// resets nothing.
#include "board_parts.h"
#include "chip.h"
#include "cortexm/cortexm.h"
#include "stm32.h"

enum {
    ROM = 0x1fff0000,      // [manual: AN2606, "STM32 device-dependent bootloader parameters"]
    ENTERED = 0x4d4f5221,  // [none: arg of the request that was carried out]
    SYSTEM_MEMORY = 1,     // [SYSCFG.MEMRMP.MEM_MODE=1 of stm32l* stm32w*; SYSCFG.MEMRM.MEM_MODE=1]
};

bool chip_has_rom(void) {
    return true;
}

static void enter(void) {
    tn_request_put(&tn_board_request, TN_RUN_ROM, ENTERED);
    RCC_CSR |= RCC_CSR_RMVF;
#ifdef GATE_SYSCFG  // the STM32WL's is always on
    static const struct stm32_gate syscfg = GATE_SYSCFG;
    stm32_on(&syscfg);
#endif
    SYSCFG_MEMRMP = SYSTEM_MEMORY;
    cm_run(ROM);
}

void cm_loader_entry(void) {
    uint32_t why = RCC_CSR & RCC_CSR_CAUSES;
    uint32_t arg = 0;
    bool asked = tn_request_look(&tn_board_request, &arg) == TN_RUN_ROM;

    if (asked && arg == ENTERED && !why) {
        tn_request_take(&tn_board_request, TN_RESET_POWER, NULL);  // erases it
        cm_reset();
    }
    if (asked && arg != ENTERED && (why & RCC_CSR_SOFTWARE) &&
            !(why & (RCC_CSR_POWER | RCC_CSR_WATCHDOG))) {
        enter();
    }
    cm_start();
}
