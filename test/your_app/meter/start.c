// SPDX-License-Identifier: Apache-2.0
// From reset to main, and the vector table.
#include <string.h>

#include "chip.h"
#include "uart.h"

extern uint32_t data_start[], data_end[], bss_start[], bss_end[], stack_top[];
extern const uint32_t data_image[];

int main(void);
void tick_handler(void);

enum { PAINT = 0x57ac57ac };

static void fault_handler(void) {
    chip_reset();
}

// The stack is painted, so that stack_used can tell how deep it ever was.
void reset_handler(void) {
    for (uint32_t *p = bss_end; p < (uint32_t *)__builtin_frame_address(0) - 16; p++) {
        *p = PAINT;
    }
    memcpy(data_start, data_image, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    main();
    chip_reset();
}

unsigned stack_used(void) {
    const uint32_t *p = bss_end;

    while (*p == PAINT) {
        p++;
    }
    return (unsigned)((const char *)stack_top - (const char *)p);
}

typedef void handler(void);

__attribute__((section(".vectors"), used)) static handler *const vectors[16 + 26] = {
        (handler *)stack_top,
        reset_handler,
        fault_handler,  // NMI
        fault_handler,
        [16 + UART_IRQ] = uart_handler,
        [16 + TIMER1_IRQ] = tick_handler,
};
