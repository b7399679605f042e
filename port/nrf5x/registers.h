// SPDX-License-Identifier: Apache-2.0
// Registers that the chips of the family have in common, those that are used here. chip.h has the
// addresses, and what differs.
//
// Source: Nordic, "nRF51 Series Reference Manual", version 3.0; the chapter is named with each
// device. Devices are driven by tasks (written 1), and tell by events (read 1, written 0). What
// stands in brackets is for ./run registers (tools/registers/sources.py).
#ifndef TN_PORT_NRF5X_REGISTERS_H
#define TN_PORT_NRF5X_REGISTERS_H

#include <stdint.h>

#define NRF5X_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))  // [none: an address's word]

// Chapter 12, power management: a byte that resets keep.
#define POWER_GPREGRET NRF5X_REG(POWER_BASE + 0x51c)

// Chapter 13, clocks: the 16 MHz crystal oscillator (nRF5340: 32 MHz).
#define CLOCK_HFCLKSTART NRF5X_REG(POWER_BASE + 0x000)
#define CLOCK_HFCLKSTOP NRF5X_REG(POWER_BASE + 0x004)
#define CLOCK_HFCLKSTARTED NRF5X_REG(POWER_BASE + 0x100)
#define CLOCK_HFCLKSTAT NRF5X_REG(POWER_BASE + 0x40c)
#define CLOCK_HFCLKSTAT_CRYSTAL (1u << 16 | 1u << 0)  // it runs [CLOCK.HFCLKSTAT.STATE+SRC]

// Chapter 6, non-volatile memory controller.
#define NVMC_READY NRF5X_REG(NVMC_BASE + 0x400)
#define NVMC_CONFIG NRF5X_REG(NVMC_BASE + 0x504)
#define NVMC_CONFIG_REN 0u  // read only [NVMC.CONFIG.WEN=REN]
#define NVMC_CONFIG_WEN 1u  // write enabled [NVMC.CONFIG.WEN=WEN]
#define NVMC_CONFIG_EEN 2u  // erase enabled [NVMC.CONFIG.WEN=EEN]

// [registers WDT as WDT of nrf51 nrf52*; WDT0 as WDT of nrf5340]
// Watchdog timer. Once started it cannot be stopped; each request that is enabled has to be
// reloaded.
#define WDT_START NRF5X_REG(WDT_BASE + 0x000)
#define WDT_RUNSTATUS NRF5X_REG(WDT_BASE + 0x400)
#define WDT_CRV NRF5X_REG(WDT_BASE + 0x504)  // of 32,768 Hz, less one
#define WDT_RREN NRF5X_REG(WDT_BASE + 0x508)
#define WDT_CONFIG NRF5X_REG(WDT_BASE + 0x50c)
#define WDT_CONFIG_SLEEP 1u  // goes on while the core sleeps; it pauses for a debugger
// [WDT.RR(n) of nrf51 nrf52*; WDT0.RR(n)]
#define WDT_RR(n) NRF5X_REG(WDT_BASE + 0x600u + 4u * (n))
#define WDT_RR_RELOAD 0x6e524635u  // [WDT.RR.RR=RELOAD of nrf51 nrf52*; WDT0.RR.RR=RELOAD]

// Chapter 14, general purpose input and output.
// [registers GPIO as GPIO of nrf51; P0 as GPIO of nrf52* nrf5340]
#define GPIO_IN NRF5X_REG(GPIO_BASE + 0x510)
// [GPIO.PIN_CNF(pin) of nrf51; P0.PIN_CNF(pin)]
#define GPIO_PIN_CNF(pin) NRF5X_REG(GPIO_BASE + 0x700u + 4u * (pin))
// [GPIO.PIN_CNF.DIR=OUTPUT of nrf51; P0.PIN_CNF.DIR=OUTPUT]
#define GPIO_PIN_CNF_OUTPUT (1u << 0)  // DIR
// [GPIO.PIN_CNF.INPUT=DISCONNECT of nrf51; P0.PIN_CNF.INPUT=DISCONNECT]
#define GPIO_PIN_CNF_NO_INPUT (1u << 1)  // INPUT: buffer disconnected
// [GPIO.PIN_CNF.PULL=PULLUP of nrf51; P0.PIN_CNF.PULL=PULLUP]
#define GPIO_PIN_CNF_PULLUP (3u << 2)  // PULL
#define GPIO_PIN_CNF_RESET GPIO_PIN_CNF_NO_INPUT

// [registers TIMER0 as TIMER]
// Chapter 18, timers. 0 is the only one of 32 bits on the nRF51.
#define TIMER_START(t) NRF5X_REG((t) + 0x000)
#define TIMER_STOP(t) NRF5X_REG((t) + 0x004)
#define TIMER_CLEAR(t) NRF5X_REG((t) + 0x00c)
#define TIMER_CAPTURE(t, n) NRF5X_REG((t) + 0x040 + 4u * (n))  // [TIMER0.TASKS_CAPTURE(n)]
#define TIMER_COMPARE(t, n) NRF5X_REG((t) + 0x140 + 4u * (n))  // event [TIMER0.EVENTS_COMPARE(n)]
#define TIMER_SHORTS(t) NRF5X_REG((t) + 0x200)
#define TIMER_SHORTS_COMPARE0_CLEAR (1u << 0)
#define TIMER_INTENSET(t) NRF5X_REG((t) + 0x304)
#define TIMER_INT_COMPARE0 (1u << 16)
#define TIMER_MODE(t) NRF5X_REG((t) + 0x504)              // 0: timer
#define TIMER_BITMODE(t) NRF5X_REG((t) + 0x508)           // 0: 16 bits, 3: 32 bits
#define TIMER_BITMODE_16 0u                               // [TIMER0.BITMODE.BITMODE=_16BIT]
#define TIMER_BITMODE_32 3u                               // [TIMER0.BITMODE.BITMODE=_32BIT]
#define TIMER_PRESCALER(t) NRF5X_REG((t) + 0x510)         // 16 MHz / 2^n
#define TIMER_CC(t, n) NRF5X_REG((t) + 0x540 + 4u * (n))  // [TIMER0.CC(n)]

#endif
