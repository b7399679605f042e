// SPDX-License-Identifier: Apache-2.0
// The nRF51822's registers that the meter uses, and the core's.
//
// Sources: Nordic, "nRF51 Series Reference Manual", version 3.0, chapters 6 (NVMC), 13 (clocks), 14
// (GPIO), 18 (timers), 29 (UART); "ARMv6-M Architecture Reference Manual" (DDI 0419), sections
// B3.2.6 and B3.4.
#ifndef METER_CHIP_H
#define METER_CHIP_H

#include <stdint.h>

#define REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))

#define CLOCK_HFCLKSTART REG(0x40000000)

#define UART_STARTRX REG(0x40002000)
#define UART_STARTTX REG(0x40002008)
#define UART_RXDRDY REG(0x40002108)
#define UART_TXDRDY REG(0x4000211c)
#define UART_INTENSET REG(0x40002304)
#define UART_INT_BOTH (1u << 2 | 1u << 7)  // RXDRDY, TXDRDY
#define UART_ENABLE REG(0x40002500)        // 4: on
#define UART_PSELTXD REG(0x4000250c)
#define UART_PSELRXD REG(0x40002514)
#define UART_RXD REG(0x40002518)
#define UART_TXD REG(0x4000251c)
#define UART_BAUDRATE REG(0x40002524)
#define UART_115200 0x01d7e000u
#define UART_IRQ 2

#define TIMER1_START REG(0x40009000)
#define TIMER1_COMPARE0 REG(0x40009140)
#define TIMER1_SHORTS REG(0x40009200)    // 1: compare 0 clears
#define TIMER1_INTENSET REG(0x40009304)  // 1 << 16: compare 0
#define TIMER1_PRESCALER REG(0x40009510)
#define TIMER1_CC0 REG(0x40009540)
#define TIMER1_IRQ 9

#define NVMC_READY REG(0x4001e400)
#define NVMC_CONFIG REG(0x4001e504)  // 0: read, 1: write, 2: erase
#define NVMC_ERASEPAGE REG(0x4001e508)

#define GPIO_OUTSET REG(0x50000508)
#define GPIO_PIN_CNF(pin) REG(0x50000700u + 4u * (pin))

#define NVIC_ISER REG(0xe000e100)
#define NVIC_ICER REG(0xe000e180)
#define AIRCR REG(0xe000ed0c)

static inline void irq_on(unsigned irq) {
    NVIC_ISER = 1u << irq;
}

static inline void irq_off(unsigned irq) {
    NVIC_ICER = 1u << irq;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

static inline void wait_for_interrupt(void) {
    __asm__ volatile("wfi" ::: "memory");
}

static inline void chip_reset(void) {
    __asm__ volatile("dsb" ::: "memory");
    AIRCR = 0x05fa0004;
    for (;;) {
    }
}

#endif
