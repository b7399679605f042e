// SPDX-License-Identifier: Apache-2.0
// Registers of the nRF5340's application core as secure code sees them, those that are used here.
//
// Sources: Nordic, "nRF5340 Product Specification" (docs.nordicsemi.com, ps_nrf5340), the chapter
// named with each device; addresses, bits and reset values also stand in the crate nrf5340-app-pac
// 0.12.2, which Nordic's own description is made into. Both security domains have the same
// registers: 0x5... is the secure one, 0x4... the non-secure one ("Instances" of each chapter).
#ifndef TN_PORT_NRF53_H
#define TN_PORT_NRF53_H

#include "nrf5x/registers.h"

#define POWER_BASE 0x50005000u  // POWER, CLOCK and RESET
#define UARTE0_BASE 0x50008000u
#define TIMER0 0x5000f000u    // [TIMER0]
#define TIMER1 0x50010000u    // [TIMER1]
#define WDT_BASE 0x50018000u  // WDT0 [WDT0]
#define NVMC_BASE 0x50039000u
// [none: P0 less 0x500]
#define GPIO_BASE 0x50842000u  // P0 at 0x500, so that registers lie as in the other chips

// "FICR": INFO.DEVICEID[0] and [1].
#define FICR_DEVICEID ((const volatile uint32_t *)0x00ff0204)  // [FICR.INFO.DEVICEID]

// "Instances": the number is (base / 0x1000) % 0x1000. UARTE0 is a part of SERIAL0.
enum {
    NRF5X_IRQ_UART = 8,  // [irq SERIAL0]
    NRF5X_IRQ_TIMER1 = 16,
};

// "RESET - Reset control": why the core was reset. Bits add up until they are written 1; none at
// all means power-on or brown-out.
#define RESETREAS NRF5X_REG(POWER_BASE + 0x400)  // [RESET.RESETREAS]
#define RESETREAS_RESETPIN (1u << 0)             // [RESET.RESETREAS.RESETPIN]
#define RESETREAS_DOG (1u << 1 | 1u << 25)       // DOG0, DOG1 [RESET.RESETREAS.DOG0+DOG1]
#define RESETREAS_SREQ (1u << 3)                 // [RESET.RESETREAS.SREQ]

// "NVMC", "Erasing a secure page in flash": all ones to the first word of the page.
#define NVMC_ERASE(addr) (NRF5X_REG(addr) = 0xffffffffu)  // [none: a word of flash]

// "SPU - System protection unit", "Flash access control": 64 regions of 16 KiB; LOCK holds until
// the next reset. The reset value allows everything to secure code.
// [manual: nRF5340 product specification, SPU, "Flash access control"]
#define SPU_FLASHREGION_SIZE 0x4000u
#define SPU_FLASHREGION_PERM(n) NRF5X_REG(0x50003600u + 4u * (n))  // [SPU.FLASHREGION(n).PERM]
#define SPU_PERM_EXECUTE (1u << 0)                                 // [SPU.FLASHREGION.PERM.EXECUTE]
#define SPU_PERM_READ (1u << 2)                                    // [SPU.FLASHREGION.PERM.READ]
#define SPU_PERM_SECURE (1u << 4)                                  // [SPU.FLASHREGION.PERM.SECATTR]
#define SPU_PERM_LOCK (1u << 8)                                    // [SPU.FLASHREGION.PERM.LOCK]

// "USBD", and "USBREG - USB regulator control".
#define USBD_BASE 0x50036000u                     // [USBD]
#define NRF5X_IRQ_USBD 54                         // [irq USBD]
#define POWER_USBREMOVED NRF5X_REG(0x50037104)    // event [USBREGULATOR.EVENTS_USBREMOVED]
#define POWER_USBPWRRDY NRF5X_REG(0x50037108)     // event [USBREGULATOR.EVENTS_USBPWRRDY]
#define POWER_USBREGSTATUS NRF5X_REG(0x50037400)  // [USBREGULATOR.USBREGSTATUS]
#define POWER_USBREGSTATUS_VBUSDETECT (1u << 0)   // [USBREGULATOR.USBREGSTATUS.VBUSDETECT]
#define POWER_USBREGSTATUS_OUTPUTRDY (1u << 1)    // [USBREGULATOR.USBREGSTATUS.OUTPUTRDY]

// "UARTE": a UART that writes what it receives into RAM, and reads there what it sends.
#define UARTE0_STARTRX NRF5X_REG(UARTE0_BASE + 0x000)
#define UARTE0_STOPRX NRF5X_REG(UARTE0_BASE + 0x004)
#define UARTE0_STARTTX NRF5X_REG(UARTE0_BASE + 0x008)
#define UARTE0_STOPTX NRF5X_REG(UARTE0_BASE + 0x00c)
#define UARTE0_EVENTS (UARTE0_BASE + 0x100)          // [UARTE0.EVENTS_CTS]
#define UARTE0_EVENTS_END (UARTE0_BASE + 0x15c)      // [none: behind UARTE0.EVENTS_TXSTOPPED]
#define UARTE0_ENDRX NRF5X_REG(UARTE0_BASE + 0x110)  // event
#define UARTE0_ENDTX NRF5X_REG(UARTE0_BASE + 0x120)  // event
#define UARTE0_RXTO NRF5X_REG(UARTE0_BASE + 0x144)   // event: stopped
#define UARTE0_INTENSET NRF5X_REG(UARTE0_BASE + 0x304)
#define UARTE0_INT_ENDRX (1u << 4)
#define UARTE0_INT_ENDTX (1u << 8)
#define UARTE0_ERRORSRC NRF5X_REG(UARTE0_BASE + 0x480)  // a bit written 1 is cleared
#define UARTE0_ERRORSRC_OVERRUN (1u << 0)
#define UARTE0_ENABLE NRF5X_REG(UARTE0_BASE + 0x500)
#define UARTE0_ENABLE_ON 8u  // [UARTE0.ENABLE.ENABLE=ENABLED]
#define UARTE0_PSEL_TXD NRF5X_REG(UARTE0_BASE + 0x50c)
#define UARTE0_PSEL_RXD NRF5X_REG(UARTE0_BASE + 0x514)
#define UARTE0_PSEL_NONE 0xffffffffu
#define UARTE0_BAUDRATE NRF5X_REG(UARTE0_BASE + 0x524)
#define UARTE0_BAUDRATE_115200 0x01d60000u  // [UARTE0.BAUDRATE.BAUDRATE=BAUD115200]
#define UARTE0_BAUDRATE_RESET 0x04000000u   // [UARTE0.BAUDRATE reset]
#define UARTE0_RXD_PTR NRF5X_REG(UARTE0_BASE + 0x534)
#define UARTE0_RXD_MAXCNT NRF5X_REG(UARTE0_BASE + 0x538)
#define UARTE0_TXD_PTR NRF5X_REG(UARTE0_BASE + 0x544)
#define UARTE0_TXD_MAXCNT NRF5X_REG(UARTE0_BASE + 0x548)

// ---- What uart_polled.c and uart_irq.c use ----------------------------------------------

#define UART_INTENSET UARTE0_INTENSET
#define UART_INT_RECEIVED UARTE0_INT_ENDRX
#define UART_INT_SENT UARTE0_INT_ENDTX
#define UART_ERRORSRC UARTE0_ERRORSRC
#define UART_ERRORSRC_OVERRUN UARTE0_ERRORSRC_OVERRUN

// A byte has come; one has been sent.
#define UART_RECEIVED UARTE0_ENDRX
#define UART_SENT UARTE0_ENDTX

// Where UARTE0 has its byte of each way (uarte.c).
extern volatile uint8_t nrf53_uarte_rx, nrf53_uarte_tx;

// After UART_RECEIVED. The next byte goes to the same place: what comes before that waits in the
// receiver, a few bytes.
static inline uint8_t nrf5x_uart_take(void) {
    UART_RECEIVED = 0;
    uint8_t byte = nrf53_uarte_rx;
    UARTE0_STARTRX = 1;
    return byte;
}

static inline void nrf5x_uart_give(uint8_t byte) {
    nrf53_uarte_tx = byte;
    UARTE0_STARTTX = 1;
}

#endif
