// SPDX-License-Identifier: Apache-2.0
// Registers of the nRF51, those that are used here. The nRF52833 and the nRF52840 have the same.
//
// Source: Nordic, "nRF51 Series Reference Manual", version 3.0; the chapter is named with each
// device. Devices are driven by tasks (written 1), and tell by events (read 1, written 0). What
// stands in brackets is for ./run registers (tools/registers/sources.py).
#ifndef TN_PORT_NRF51_H
#define TN_PORT_NRF51_H

#include <stdint.h>

#define NRF51_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))  // [none: an address's word]

// Interrupts: a peripheral's number is that of its place, base / 0x1000 (chapter 10). chip.h says
// how many there are.
enum {
    NRF51_IRQ_UART0 = 2,  // [irq UART0 of nrf51; irq UARTE0_UART0]
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
#define NVMC_CONFIG_REN 0u  // read only [NVMC.CONFIG.WEN=REN]
#define NVMC_CONFIG_WEN 1u  // write enabled [NVMC.CONFIG.WEN=WEN]
#define NVMC_CONFIG_EEN 2u  // erase enabled [NVMC.CONFIG.WEN=EEN]
#define NVMC_ERASEPAGE NRF51_REG(0x4001e508)

// Chapter 9, memory protection unit: blocks of 4 KiB that only a reset makes writable again.
#define MPU_PROTENSET0 NRF51_REG(0x40000600)  // [manual: nRF51 reference manual 3.0, chapter 9]
#define MPU_PROTENSET1 NRF51_REG(0x40000604)  // [manual: nRF51 reference manual 3.0, chapter 9]

// nRF52833 and nRF52840 only: "nRF52840 Product Specification", version 1.1, section 4.7, access
// control lists. Each register takes one write after a reset.
// [ACL.ACL(n).ADDR of nrf52833 nrf52840]
#define ACL_ADDR(n) NRF51_REG(0x4001e800u + 0x10u * (n))
// [ACL.ACL(n).SIZE of nrf52833 nrf52840]
#define ACL_SIZE(n) NRF51_REG(0x4001e804u + 0x10u * (n))
// [ACL.ACL(n).PERM of nrf52833 nrf52840]
#define ACL_PERM(n) NRF51_REG(0x4001e808u + 0x10u * (n))
// 1: no write, no erase [ACL.ACL.PERM.WRITE of nrf52840; ACL.ACL0.PERM.WRITE of nrf52833]
#define ACL_PERM_WRITE (1u << 1)

// Watchdog timer, the nRF52840's too. Once started it cannot be stopped; each request that is
// enabled has to be reloaded.
#define WDT_START NRF51_REG(0x40010000)
#define WDT_RUNSTATUS NRF51_REG(0x40010400)
#define WDT_CRV NRF51_REG(0x40010504)  // of 32,768 Hz, less one
#define WDT_RREN NRF51_REG(0x40010508)
#define WDT_CONFIG NRF51_REG(0x4001050c)
#define WDT_CONFIG_SLEEP 1u  // goes on while the core sleeps; it pauses for a debugger
#define WDT_RR(n) NRF51_REG(0x40010600u + 4u * (n))  // [WDT.RR(n)]
#define WDT_RR_RELOAD 0x6e524635u                    // [WDT.RR.RR=RELOAD]

// Chapter 14, general purpose input and output.
// [registers GPIO as GPIO of nrf51; P0 as GPIO of nrf52833 nrf52840]
#define GPIO_OUTSET NRF51_REG(0x50000508)
#define GPIO_IN NRF51_REG(0x50000510)
// [GPIO.PIN_CNF(pin) of nrf51; P0.PIN_CNF(pin) of nrf52833 nrf52840]
#define GPIO_PIN_CNF(pin) NRF51_REG(0x50000700u + 4u * (pin))
// [GPIO.PIN_CNF.DIR=OUTPUT of nrf51; P0.PIN_CNF.DIR=OUTPUT of nrf52833 nrf52840]
#define GPIO_PIN_CNF_OUTPUT (1u << 0)
// [GPIO.PIN_CNF.INPUT=DISCONNECT of nrf51; P0.PIN_CNF.INPUT=DISCONNECT of nrf52833 nrf52840]
#define GPIO_PIN_CNF_NO_INPUT (1u << 1)
// [GPIO.PIN_CNF.PULL=PULLUP of nrf51; P0.PIN_CNF.PULL=PULLUP of nrf52833 nrf52840]
#define GPIO_PIN_CNF_PULLUP (3u << 2)

// Chapter 18, timers. 0 is the only one of 32 bits. [registers TIMER0 as TIMER]
#define TIMER0 0x40008000u  // [TIMER0]
#define TIMER1 0x40009000u  // [TIMER1]
#define TIMER_START(t) NRF51_REG((t) + 0x000)
#define TIMER_STOP(t) NRF51_REG((t) + 0x004)
#define TIMER_CLEAR(t) NRF51_REG((t) + 0x00c)
#define TIMER_CAPTURE(t, n) NRF51_REG((t) + 0x040 + 4u * (n))  // [TIMER0.TASKS_CAPTURE(n)]
#define TIMER_COMPARE(t, n) NRF51_REG((t) + 0x140 + 4u * (n))  // [TIMER0.EVENTS_COMPARE(n)]
#define TIMER_SHORTS(t) NRF51_REG((t) + 0x200)
#define TIMER_SHORTS_COMPARE0_CLEAR (1u << 0)
#define TIMER_INTENSET(t) NRF51_REG((t) + 0x304)
#define TIMER_INTENCLR(t) NRF51_REG((t) + 0x308)
#define TIMER_INT_COMPARE0 (1u << 16)
#define TIMER_MODE(t) NRF51_REG((t) + 0x504)              // 0: timer
#define TIMER_BITMODE(t) NRF51_REG((t) + 0x508)           // 0: 16 bits, 3: 32 bits
#define TIMER_BITMODE_16 0u                               // [TIMER0.BITMODE.BITMODE=_16BIT]
#define TIMER_BITMODE_32 3u                               // [TIMER0.BITMODE.BITMODE=_32BIT]
#define TIMER_PRESCALER(t) NRF51_REG((t) + 0x510)         // 16 MHz / 2^n
#define TIMER_CC(t, n) NRF51_REG((t) + 0x540 + 4u * (n))  // [TIMER0.CC(n)]

// Chapter 29, UART. Its registers by their offsets: those of a group are reached from one address.
#define UART0 0x40002000u  // [UART0]
enum {
    // Tasks. [registers UART0 as UART0]
    UART0_STARTRX = 0x000,
    UART0_STOPRX = 0x004,
    UART0_STARTTX = 0x008,
    UART0_STOPTX = 0x00c,
    // Set-up; nRF52's PSEL.TXD and PSEL.RXD.
    UART0_ENABLE = 0x500,
    UART0_PSELTXD = 0x50c,  // [UART0.PSELTXD of nrf51; UART0.PSEL.TXD of nrf52833 nrf52840]
    UART0_PSELRXD = 0x514,  // [UART0.PSELRXD of nrf51; UART0.PSEL.RXD of nrf52833 nrf52840]
    UART0_BAUDRATE = 0x524,
};
#define UART0_RXDRDY NRF51_REG(UART0 + 0x108)    // event
#define UART0_TXDRDY NRF51_REG(UART0 + 0x11c)    // event
#define UART0_ERRORSRC NRF51_REG(UART0 + 0x480)  // a bit written 1 is cleared
#define UART0_ERRORSRC_OVERRUN (1u << 0)
#define UART0_INTENSET NRF51_REG(UART0 + 0x304)
#define UART0_INTENCLR NRF51_REG(UART0 + 0x308)
#define UART0_INT_RXDRDY (1u << 2)
#define UART0_INT_TXDRDY (1u << 7)
#define UART0_ENABLE_ON 4u  // [UART0.ENABLE.ENABLE=ENABLED]
#define UART0_RXD NRF51_REG(UART0 + 0x518)
#define UART0_TXD NRF51_REG(UART0 + 0x51c)
// Times 16 MHz / 2^32: 115,204. Nordic's list rounds to 0x1d7e000 (nRF51) and 0x1d60000 (nRF52).
#define UART0_BAUDRATE_115200 0x01d7e000u  // [UART0.BAUDRATE.BAUDRATE=0x1d7e000]

#endif
