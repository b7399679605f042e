// SPDX-License-Identifier: Apache-2.0
// Registers of the nRF51, those that are used here. The nRF52833 and the nRF52840 have the same.
//
// Source: Nordic, "nRF51 Series Reference Manual", version 3.0; the chapter is named with each
// device.
#ifndef TN_PORT_NRF51_H
#define TN_PORT_NRF51_H

#include "nrf5x/registers.h"

#define POWER_BASE 0x40000000u
#define UART0_BASE 0x40002000u
#define TIMER0 0x40008000u  // [TIMER0]
#define TIMER1 0x40009000u  // [TIMER1]
#define WDT_BASE 0x40010000u
#define NVMC_BASE 0x4001e000u
#define GPIO_BASE 0x50000000u  // [GPIO of nrf51; P0]

// Chapter 7, FICR: DEVICEID[0] and [1].
#define FICR_DEVICEID ((const volatile uint32_t *)0x10000060)  // [FICR.DEVICEID]

// Interrupts: a peripheral's number is that of its place, base / 0x1000 (chapter 10). chip.h says
// how many there are.
enum {
    NRF5X_IRQ_UART = 2,  // [irq UART0 of nrf51; irq UARTE0_UART0]
    NRF5X_IRQ_TIMER1 = 9,
};

// Chapter 12, power management: why the chip was reset. Bits add up until they are written 1;
// none at all means power-on or brown-out.
#define RESETREAS NRF5X_REG(0x40000400)  // [POWER.RESETREAS]
#define RESETREAS_RESETPIN (1u << 0)     // [POWER.RESETREAS.RESETPIN]
#define RESETREAS_DOG (1u << 1)          // [POWER.RESETREAS.DOG]
#define RESETREAS_SREQ (1u << 2)         // [POWER.RESETREAS.SREQ]

// Chapter 6, non-volatile memory controller: an address in the page.
#define NVMC_ERASEPAGE NRF5X_REG(NVMC_BASE + 0x508)
#define NVMC_ERASE(addr) (NVMC_ERASEPAGE = (addr))

// nRF52833 and nRF52840 only: a part of an erase, and how many ms it takes.
#define NVMC_ERASEPARTIAL NRF5X_REG(NVMC_BASE + 0x518)  // [NVMC.ERASEPAGEPARTIAL of nrf52*]
#define NVMC_PARTIALCFG NRF5X_REG(NVMC_BASE + 0x51c)    // [NVMC.ERASEPAGEPARTIALCFG of nrf52*]
#define NVMC_PARTIALCFG_RESET 10u  // [NVMC.ERASEPAGEPARTIALCFG reset of nrf52*]

// Chapter 9, memory protection unit: blocks of 4 KiB that only a reset makes writable again.
#define MPU_PROTENSET0 NRF5X_REG(0x40000600)  // [manual: nRF51 reference manual 3.0, chapter 9]
#define MPU_PROTENSET1 NRF5X_REG(0x40000604)  // [manual: nRF51 reference manual 3.0, chapter 9]

// nRF52833 and nRF52840 only: "nRF52840 Product Specification", version 1.1, section 4.7, access
// control lists. Each register takes one write after a reset.
#define ACL_ADDR(n) NRF5X_REG(0x4001e800u + 0x10u * (n))  // [ACL.ACL(n).ADDR of nrf52*]
#define ACL_SIZE(n) NRF5X_REG(0x4001e804u + 0x10u * (n))  // [ACL.ACL(n).SIZE of nrf52*]
#define ACL_PERM(n) NRF5X_REG(0x4001e808u + 0x10u * (n))  // [ACL.ACL(n).PERM of nrf52*]
// [ACL.ACL.PERM.WRITE of nrf52840; ACL.ACL0.PERM.WRITE of nrf52833]
#define ACL_PERM_WRITE (1u << 1)  // 1: no write, no erase

// nRF52833 and nRF52840 only: "nRF52840 Product Specification", version 1.1, section 6.35, the USB
// controller; section 5.3.7, the regulator of its supply.
#define USBD_BASE 0x40027000u                           // [USBD of nrf52*]
#define NRF5X_IRQ_USBD 39                               // [irq USBD of nrf52*]
#define POWER_USBREMOVED NRF5X_REG(POWER_BASE + 0x120)  // event [POWER.EVENTS_USBREMOVED of nrf52*]
#define POWER_USBPWRRDY NRF5X_REG(POWER_BASE + 0x124)   // event [POWER.EVENTS_USBPWRRDY of nrf52*]
#define POWER_USBREGSTATUS NRF5X_REG(POWER_BASE + 0x438)  // [POWER.USBREGSTATUS of nrf52*]
#define POWER_USBREGSTATUS_VBUSDETECT (1u << 0)  // [POWER.USBREGSTATUS.VBUSDETECT of nrf52*]
#define POWER_USBREGSTATUS_OUTPUTRDY (1u << 1)   // [POWER.USBREGSTATUS.OUTPUTRDY of nrf52*]

// Chapter 29, UART.
enum {
    // Offsets of those that are reached from one address, a group at a time: tasks, and set-up.
    // [registers UART0]
    UART0_STARTRX = 0x000,   // [UART0.TASKS_STARTRX]
    UART0_STOPRX = 0x004,    // [UART0.TASKS_STOPRX]
    UART0_STARTTX = 0x008,   // [UART0.TASKS_STARTTX]
    UART0_STOPTX = 0x00c,    // [UART0.TASKS_STOPTX]
    UART0_ENABLE = 0x500,    // [UART0.ENABLE]
    UART0_PSELTXD = 0x50c,   // [UART0.PSELTXD of nrf51; UART0.PSEL.TXD]
    UART0_PSELRXD = 0x514,   // [UART0.PSELRXD of nrf51; UART0.PSEL.RXD]
    UART0_BAUDRATE = 0x524,  // [UART0.BAUDRATE]
};
#define UART0_RXDRDY NRF5X_REG(UART0_BASE + 0x108)    // event
#define UART0_TXDRDY NRF5X_REG(UART0_BASE + 0x11c)    // event
#define UART0_ERRORSRC NRF5X_REG(UART0_BASE + 0x480)  // a bit written 1 is cleared
#define UART0_ERRORSRC_OVERRUN (1u << 0)
#define UART0_INTENSET NRF5X_REG(UART0_BASE + 0x304)
#define UART0_INT_RXDRDY (1u << 2)
#define UART0_INT_TXDRDY (1u << 7)
#define UART0_ENABLE_ON 4u  // [UART0.ENABLE.ENABLE=ENABLED]
#define UART0_RXD NRF5X_REG(UART0_BASE + 0x518)
#define UART0_TXD NRF5X_REG(UART0_BASE + 0x51c)
// [UART0.BAUDRATE.BAUDRATE=0x1d7e000]
#define UART0_BAUDRATE_115200 0x01d7e000u  // times 16 MHz / 2^32: 115,204

// ---- What uart_polled.c and uart_irq.c use ----------------------------------------------

#define UART_INTENSET UART0_INTENSET
#define UART_INT_RECEIVED UART0_INT_RXDRDY
#define UART_INT_SENT UART0_INT_TXDRDY
#define UART_ERRORSRC UART0_ERRORSRC
#define UART_ERRORSRC_OVERRUN UART0_ERRORSRC_OVERRUN

// A byte has come; one has been sent.
#define UART_RECEIVED UART0_RXDRDY
#define UART_SENT UART0_TXDRDY

// After UART_RECEIVED, which the read may raise for the next byte.
static inline uint8_t nrf5x_uart_take(void) {
    UART_RECEIVED = 0;
    return (uint8_t)UART0_RXD;
}

static inline void nrf5x_uart_give(uint8_t byte) {
    UART0_TXD = byte;
}

#endif
