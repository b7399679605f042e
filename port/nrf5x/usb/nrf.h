// SPDX-License-Identifier: Apache-2.0
// What TinyUSB's driver of the USBD (portable/nordic/nrf5x/dcd_nrf5x.c) expects of Nordic's nrf.h:
// exactly its names, nothing more.
//
// Source: Nordic, "nRF52840 Product Specification", version 1.1, section 6.35.13 (USBD, registers);
// those of the nRF52833 ("nRF52833 Product Specification", version 1.5, section 6.33.13) and of the
// nRF5340 (docs.nordicsemi.com, ps_nrf5340, USBD) are the same.
// Names of structs and members are Nordic's, since the driver uses them.
#ifndef TN_PORT_NRF5X_USB_NRF_H
#define TN_PORT_NRF5X_USB_NRF_H

#include <stddef.h>
#include <stdint.h>

#include "chip.h"
#include "tinyusb/polled.h"

#define CFG_TUD_NRF_NRFX_VERSION 2  // nrf_clock.h has that version's functions

// ---- The interrupt: polled (tinyusb/polled.h) ----------------------------------------------

typedef enum {
    USBD_IRQn = NRF5X_IRQ_USBD,
} IRQn_Type;

// Calls the handler as tn_usb_interrupt does; usb.c.
void nrf5x_usb_interrupt(void);

static inline void NVIC_EnableIRQ(IRQn_Type irq) {
    (void)irq;
    tn_usb_unmask();
    nrf5x_usb_interrupt();
}

static inline void NVIC_DisableIRQ(IRQn_Type irq) {
    (void)irq;
    tn_usb_mask();
}

static inline void NVIC_ClearPendingIRQ(IRQn_Type irq) {
    (void)irq;
}

// The driver reads which exception is active: none, since its handler is polled.
struct nrf5x_scb {
    volatile uint32_t reserved, ICSR;
};
#define NRF5X_SCB_BASE 0xe000ed00u  // [manual: ARMv7-M DDI 0403 section B3.2.2]
// [none: the address above]
#define SCB ((struct nrf5x_scb *)NRF5X_SCB_BASE)
#define SCB_ICSR_VECTACTIVE_Msk 0x1ffu  // [manual: ARMv7-M DDI 0403 section B3.2.4]

#define __ISB() __asm__ volatile("isb" ::: "memory")
#define __DSB() __asm__ volatile("dsb" ::: "memory")

// ---- Registers -----------------------------------------------------------------------------

// An endpoint's buffer in RAM.
struct nrf5x_usbd_dma {
    volatile uint32_t PTR, MAXCNT, AMOUNT, reserved[2];
};

typedef struct {
    volatile uint32_t reserved0;
    volatile uint32_t TASKS_STARTEPIN[8];
    volatile uint32_t TASKS_STARTISOIN;
    volatile uint32_t TASKS_STARTEPOUT[8];
    volatile uint32_t TASKS_STARTISOOUT;
    volatile uint32_t TASKS_EP0RCVOUT;
    volatile uint32_t TASKS_EP0STATUS;
    volatile uint32_t TASKS_EP0STALL;
    volatile uint32_t TASKS_DPDMDRIVE;
    volatile uint32_t TASKS_DPDMNODRIVE;
    volatile uint32_t reserved1[40];
    volatile uint32_t EVENTS_USBRESET;
    volatile uint32_t EVENTS_STARTED;
    volatile uint32_t EVENTS_ENDEPIN[8];
    volatile uint32_t EVENTS_EP0DATADONE;
    volatile uint32_t EVENTS_ENDISOIN;
    volatile uint32_t EVENTS_ENDEPOUT[8];
    volatile uint32_t EVENTS_ENDISOOUT;
    volatile uint32_t EVENTS_SOF;
    volatile uint32_t EVENTS_USBEVENT;
    volatile uint32_t EVENTS_EP0SETUP;
    volatile uint32_t EVENTS_EPDATA;
    volatile uint32_t reserved2[39];
    volatile uint32_t SHORTS;
    volatile uint32_t reserved3[63];
    volatile uint32_t INTEN;
    volatile uint32_t INTENSET;
    volatile uint32_t INTENCLR;
    volatile uint32_t reserved4[61];
    volatile uint32_t EVENTCAUSE;
    volatile uint32_t reserved5[25];
    volatile uint32_t EPSTATUS;
    volatile uint32_t EPDATASTATUS;
    volatile uint32_t USBADDR;
    volatile uint32_t reserved6[3];
    volatile uint32_t BMREQUESTTYPE;
    volatile uint32_t BREQUEST;
    volatile uint32_t WVALUEL;
    volatile uint32_t WVALUEH;
    volatile uint32_t WINDEXL;
    volatile uint32_t WINDEXH;
    volatile uint32_t WLENGTHL;
    volatile uint32_t WLENGTHH;
    struct {
        volatile uint32_t EPOUT[8], ISOOUT;
    } SIZE;
    volatile uint32_t reserved7[15];
    volatile uint32_t ENABLE;
    volatile uint32_t USBPULLUP;
    volatile uint32_t DPDMVALUE;
    volatile uint32_t DTOGGLE;
    volatile uint32_t EPINEN;
    volatile uint32_t EPOUTEN;
    volatile uint32_t EPSTALL;
    volatile uint32_t ISOSPLIT;
    volatile uint32_t FRAMECNTR;
    volatile uint32_t reserved8[2];
    volatile uint32_t LOWPOWER;
    volatile uint32_t ISOINCONFIG;
    volatile uint32_t reserved9[51];
    struct nrf5x_usbd_dma EPIN[8];
    struct nrf5x_usbd_dma ISOIN;
    volatile uint32_t reserved10[19];
    struct nrf5x_usbd_dma EPOUT[8];
    struct nrf5x_usbd_dma ISOOUT;
} NRF_USBD_Type;

// Where the vendor's list has them.
#define USBD_TASKS_STARTEPOUT 0x028u  // [USBD.TASKS_STARTEPOUT]
#define USBD_TASKS_EP0RCVOUT 0x04cu   // [USBD.TASKS_EP0RCVOUT]
#define USBD_EVENTS_USBRESET 0x100u   // [USBD.EVENTS_USBRESET]
#define USBD_EVENTS_ENDEPOUT 0x130u   // [USBD.EVENTS_ENDEPOUT]
#define USBD_EVENTS_EPDATA 0x160u     // [USBD.EVENTS_EPDATA]
#define USBD_SHORTS 0x200u            // [USBD.SHORTS]
#define USBD_INTENCLR 0x308u          // [USBD.INTENCLR]
#define USBD_EVENTCAUSE 0x400u        // [USBD.EVENTCAUSE]
#define USBD_USBADDR 0x470u           // [USBD.USBADDR]
#define USBD_WLENGTHH 0x49cu          // [USBD.WLENGTHH]
#define USBD_SIZE_ISOOUT 0x4c0u       // [USBD.SIZE.ISOOUT]
#define USBD_ENABLE 0x500u            // [USBD.ENABLE]
#define USBD_FRAMECNTR 0x520u         // [USBD.FRAMECNTR]
#define USBD_LOWPOWER 0x52cu          // [USBD.LOWPOWER]
#define USBD_EPIN1_AMOUNT 0x61cu      // [USBD.EPIN1.AMOUNT]
#define USBD_ISOIN_PTR 0x6a0u         // [USBD.ISOIN.PTR]
#define USBD_EPOUT0_PTR 0x700u        // [USBD.EPOUT0.PTR]
#define USBD_ISOOUT_AMOUNT 0x7a8u     // [USBD.ISOOUT.AMOUNT]
#define NRF5X_USBD_AT(member, offset)                                                              \
    _Static_assert(offsetof(NRF_USBD_Type, member) == (offset), #member)
NRF5X_USBD_AT(TASKS_STARTEPOUT, USBD_TASKS_STARTEPOUT);
NRF5X_USBD_AT(TASKS_EP0RCVOUT, USBD_TASKS_EP0RCVOUT);
NRF5X_USBD_AT(EVENTS_USBRESET, USBD_EVENTS_USBRESET);
NRF5X_USBD_AT(EVENTS_ENDEPOUT, USBD_EVENTS_ENDEPOUT);
NRF5X_USBD_AT(EVENTS_EPDATA, USBD_EVENTS_EPDATA);
NRF5X_USBD_AT(SHORTS, USBD_SHORTS);
NRF5X_USBD_AT(INTENCLR, USBD_INTENCLR);
NRF5X_USBD_AT(EVENTCAUSE, USBD_EVENTCAUSE);
NRF5X_USBD_AT(USBADDR, USBD_USBADDR);
NRF5X_USBD_AT(WLENGTHH, USBD_WLENGTHH);
NRF5X_USBD_AT(SIZE.ISOOUT, USBD_SIZE_ISOOUT);
NRF5X_USBD_AT(ENABLE, USBD_ENABLE);
NRF5X_USBD_AT(FRAMECNTR, USBD_FRAMECNTR);
NRF5X_USBD_AT(LOWPOWER, USBD_LOWPOWER);
NRF5X_USBD_AT(EPIN[1].AMOUNT, USBD_EPIN1_AMOUNT);
NRF5X_USBD_AT(ISOIN.PTR, USBD_ISOIN_PTR);
NRF5X_USBD_AT(EPOUT[0].PTR, USBD_EPOUT0_PTR);
NRF5X_USBD_AT(ISOOUT.AMOUNT, USBD_ISOOUT_AMOUNT);

#define NRF_USBD_BASE USBD_BASE
#define NRF_USBD ((NRF_USBD_Type *)NRF_USBD_BASE)

// ---- Fields --------------------------------------------------------------------------------

#define USBD_INTEN_USBRESET_Msk (1u << 0)            // [USBD.INTEN.USBRESET]
#define USBD_INTEN_ENDEPIN0_Pos 2                    // [USBD.INTEN.ENDEPIN0 bit]
#define USBD_INTEN_ENDEPIN0_Msk (1u << 2)            // [USBD.INTEN.ENDEPIN0]
#define USBD_INTEN_EP0DATADONE_Msk (1u << 10)        // [USBD.INTEN.EP0DATADONE]
#define USBD_INTEN_ENDISOIN_Msk (1u << 11)           // [USBD.INTEN.ENDISOIN]
#define USBD_INTEN_ENDEPOUT0_Pos 12                  // [USBD.INTEN.ENDEPOUT0 bit]
#define USBD_INTEN_ENDEPOUT0_Msk (1u << 12)          // [USBD.INTEN.ENDEPOUT0]
#define USBD_INTEN_ENDISOOUT_Msk (1u << 20)          // [USBD.INTEN.ENDISOOUT]
#define USBD_INTEN_SOF_Msk (1u << 21)                // [USBD.INTEN.SOF]
#define USBD_INTEN_USBEVENT_Msk (1u << 22)           // [USBD.INTEN.USBEVENT]
#define USBD_INTEN_EP0SETUP_Msk (1u << 23)           // [USBD.INTEN.EP0SETUP]
#define USBD_INTEN_EPDATA_Pos 24                     // [USBD.INTEN.EPDATA bit]
#define USBD_INTEN_EPDATA_Msk (1u << 24)             // [USBD.INTEN.EPDATA]
#define USBD_INTENSET_ENDISOIN_Msk (1u << 11)        // [USBD.INTENSET.ENDISOIN]
#define USBD_INTENSET_ENDISOOUT_Msk (1u << 20)       // [USBD.INTENSET.ENDISOOUT]
#define USBD_INTENSET_SOF_Msk (1u << 21)             // [USBD.INTENSET.SOF]
#define USBD_INTENCLR_ENDISOIN_Msk (1u << 11)        // [USBD.INTENCLR.ENDISOIN]
#define USBD_INTENCLR_ENDISOOUT_Msk (1u << 20)       // [USBD.INTENCLR.ENDISOOUT]
#define USBD_INTENCLR_SOF_Msk (1u << 21)             // [USBD.INTENCLR.SOF]
#define USBD_EVENTCAUSE_ISOOUTCRC_Msk (1u << 0)      // [USBD.EVENTCAUSE.ISOOUTCRC]
#define USBD_EVENTCAUSE_SUSPEND_Msk (1u << 8)        // [USBD.EVENTCAUSE.SUSPEND]
#define USBD_EVENTCAUSE_RESUME_Msk (1u << 9)         // [USBD.EVENTCAUSE.RESUME]
#define USBD_EVENTCAUSE_USBWUALLOWED_Msk (1u << 10)  // [USBD.EVENTCAUSE.USBWUALLOWED]
#define USBD_EVENTCAUSE_READY_Msk (1u << 11)         // [USBD.EVENTCAUSE.READY]
#define USBD_SIZE_ISOOUT_ZERO_Msk (1u << 16)         // [USBD.SIZE.ISOOUT.ZERO]
#define USBD_DPDMVALUE_STATE_Resume 1u               // [USBD.DPDMVALUE.STATE=RESUME]
#define USBD_DTOGGLE_VALUE_Pos 8                     // [USBD.DTOGGLE.VALUE bit]
#define USBD_DTOGGLE_DATA0 0x100u                    // [USBD.DTOGGLE.VALUE=DATA0]
// [none: the value without its place]
#define USBD_DTOGGLE_VALUE_Data0 (USBD_DTOGGLE_DATA0 >> USBD_DTOGGLE_VALUE_Pos)
#define USBD_EPINEN_ISOIN_Msk (1u << 8)    // [USBD.EPINEN.ISOIN]
#define USBD_EPOUTEN_ISOOUT_Msk (1u << 8)  // [USBD.EPOUTEN.ISOOUT]
#define USBD_EPSTALL_STALL_Pos 8           // [USBD.EPSTALL.STALL bit]
#define USBD_EPSTALL_STALL_UnStall 0u      // [USBD.EPSTALL.STALL=UN_STALL]
#define USBD_EPSTALL_STALL 0x100u          // [USBD.EPSTALL.STALL=STALL]
// [none: the value without its place]
#define USBD_EPSTALL_STALL_Stall (USBD_EPSTALL_STALL >> USBD_EPSTALL_STALL_Pos)
#define USBD_ISOSPLIT_SPLIT_OneDir 0u     // [USBD.ISOSPLIT.SPLIT=ONE_DIR]
#define USBD_ISOSPLIT_SPLIT_HalfIN 0x80u  // [USBD.ISOSPLIT.SPLIT=HALF_IN]

#endif
