// SPDX-License-Identifier: Apache-2.0
// Registers of the nRF51, those that are used here. The nRF52833 and the nRF52840 have the same.
//
// Source: Nordic, "nRF51 Series Reference Manual", version 3.0; the chapter is named with each
// device. Devices are driven by tasks (written 1), and tell by events (read 1, written 0).
#ifndef TN_PORT_NRF51_H
#define TN_PORT_NRF51_H

#include <stdint.h>

#define NRF51_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))

// Interrupts: a peripheral's number is that of its place, base / 0x1000 (chapter 10). chip.h says
// how many there are.
enum {
    NRF51_IRQ_UART0 = 2,
    NRF51_IRQ_TIMER1 = 9,
};

// Chapter 12, power management: why the chip was reset. Bits add up until they are written 1;
// none at all means power-on or brown-out.
#define POWER_RESETREAS NRF51_REG(0x40000400)
#define POWER_RESETREAS_RESETPIN (1u << 0)
#define POWER_RESETREAS_DOG (1u << 1)
#define POWER_RESETREAS_SREQ (1u << 2)
#define POWER_RESETREAS_LOCKUP (1u << 3)

// A byte that resets keep.
#define POWER_GPREGRET NRF51_REG(0x4000051c)

// Chapter 13, clocks: the 16 MHz crystal oscillator.
#define CLOCK_HFCLKSTART NRF51_REG(0x40000000)
#define CLOCK_HFCLKSTARTED NRF51_REG(0x40000100)

// Chapter 6, non-volatile memory controller.
#define NVMC_READY NRF51_REG(0x4001e400)
#define NVMC_CONFIG NRF51_REG(0x4001e504)
#define NVMC_CONFIG_REN 0u  // read only
#define NVMC_CONFIG_WEN 1u  // write enabled
#define NVMC_CONFIG_EEN 2u  // erase enabled
#define NVMC_ERASEPAGE NRF51_REG(0x4001e508)

// Chapter 9, memory protection unit: blocks of 4 KiB that only a reset makes writable again.
#define MPU_PROTENSET0 NRF51_REG(0x40000600)
#define MPU_PROTENSET1 NRF51_REG(0x40000604)

// nRF52833 and nRF52840 only: "nRF52840 Product Specification", version 1.1, section 4.7, access
// control lists. Each register takes one write after a reset.
#define ACL_ADDR(n) NRF51_REG(0x4001e800u + 0x10u * (n))
#define ACL_SIZE(n) NRF51_REG(0x4001e804u + 0x10u * (n))
#define ACL_PERM(n) NRF51_REG(0x4001e808u + 0x10u * (n))
#define ACL_PERM_WRITE (1u << 1)  // 1: no write, no erase

// Watchdog timer, the nRF52840's too. Once started it cannot be stopped; each request that is
// enabled has to be reloaded.
#define WDT_START NRF51_REG(0x40010000)
#define WDT_RUNSTATUS NRF51_REG(0x40010400)
#define WDT_CRV NRF51_REG(0x40010504)  // of 32,768 Hz, less one
#define WDT_RREN NRF51_REG(0x40010508)
#define WDT_CONFIG NRF51_REG(0x4001050c)
#define WDT_CONFIG_SLEEP 1u  // goes on while the core sleeps; it pauses for a debugger
#define WDT_RR(n) NRF51_REG(0x40010600u + 4u * (n))
#define WDT_RR_RELOAD 0x6e524635u

// Chapter 14, general purpose input and output.
#define GPIO_OUTSET NRF51_REG(0x50000508)
#define GPIO_IN NRF51_REG(0x50000510)
#define GPIO_PIN_CNF(pin) NRF51_REG(0x50000700u + 4u * (pin))
#define GPIO_PIN_CNF_OUTPUT (1u << 0)    // DIR
#define GPIO_PIN_CNF_NO_INPUT (1u << 1)  // INPUT: buffer disconnected
#define GPIO_PIN_CNF_PULLUP (3u << 2)    // PULL

// Chapter 18, timers. 0 is the only one of 32 bits.
#define TIMER0 0x40008000u
#define TIMER1 0x40009000u
#define TIMER_START(t) NRF51_REG((t) + 0x000)
#define TIMER_STOP(t) NRF51_REG((t) + 0x004)
#define TIMER_CLEAR(t) NRF51_REG((t) + 0x00c)
#define TIMER_CAPTURE(t, n) NRF51_REG((t) + 0x040 + 4u * (n))
#define TIMER_COMPARE(t, n) NRF51_REG((t) + 0x140 + 4u * (n))  // event
#define TIMER_SHORTS(t) NRF51_REG((t) + 0x200)
#define TIMER_SHORTS_COMPARE0_CLEAR (1u << 0)
#define TIMER_INTENSET(t) NRF51_REG((t) + 0x304)
#define TIMER_INTENCLR(t) NRF51_REG((t) + 0x308)
#define TIMER_INT_COMPARE0 (1u << 16)
#define TIMER_MODE(t) NRF51_REG((t) + 0x504)     // 0: timer
#define TIMER_BITMODE(t) NRF51_REG((t) + 0x508)  // 0: 16 bits, 3: 32 bits
#define TIMER_BITMODE_16 0u
#define TIMER_BITMODE_32 3u
#define TIMER_PRESCALER(t) NRF51_REG((t) + 0x510)  // 16 MHz / 2^n
#define TIMER_CC(t, n) NRF51_REG((t) + 0x540 + 4u * (n))

// Chapter 29, UART.
#define UART0_TASKS_ADDR 0x40002000
struct nrf51_uart_tasks {
    uint32_t startrx;
    uint32_t stoprx;
    uint32_t starttx;
    uint32_t stoptx;
};
#define UART0_RXDRDY NRF51_REG(0x40002108)    // event
#define UART0_TXDRDY NRF51_REG(0x4000211c)    // event
#define UART0_ERRORSRC NRF51_REG(0x40002480)  // a bit written 1 is cleared
#define UART0_ERRORSRC_OVERRUN (1u << 0)
#define UART0_INTENSET NRF51_REG(0x40002304)
#define UART0_INTENCLR NRF51_REG(0x40002308)
#define UART0_INT_RXDRDY (1u << 2)
#define UART0_INT_TXDRDY (1u << 7)
#define UART0_SETUP_ADDR 0x40002500
#define UART0_ENABLE NRF51_REG(0x40002500)
#define UART0_ENABLE_ON 4u
#define UART0_RXD NRF51_REG(0x40002518)
#define UART0_TXD NRF51_REG(0x4000251c)
#define UART0_BAUDRATE_115200 0x01d7e000u  // times 16 MHz / 2^32: 115,204
// Those that are set at the beginning, from UART0_SETUP_ADDR on.
struct nrf51_uart_setup {
    uint32_t enable;
    uint32_t not_used[2];
    uint32_t pseltxd;
    uint32_t pselcts;
    uint32_t pselrxd;
    uint32_t data[3];
    uint32_t baudrate;
};

#endif
