// SPDX-License-Identifier: Apache-2.0
// OTG_FS: registers and state, for the files that model it. stm32_otg.c names the sources.
#ifndef TN_EMU_STM32_OTG_PRIV_H
#define TN_EMU_STM32_OTG_PRIV_H

#include "emu/core/emu.h"
#include "stm32_priv.h"

// Names as the list of the F405 has them; that of the F207 and the L476 puts FS_ before some.
enum {
    GOTGCTL = 0x000,     // [OTG_FS_GLOBAL.GOTGCTL of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GOTGCTL]
    GOTGINT = 0x004,     // [OTG_FS_GLOBAL.GOTGINT of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GOTGINT]
    GAHBCFG = 0x008,     // [OTG_FS_GLOBAL.GAHBCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GAHBCFG]
    GUSBCFG = 0x00c,     // [OTG_FS_GLOBAL.GUSBCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GUSBCFG]
    GRSTCTL = 0x010,     // [OTG_FS_GLOBAL.GRSTCTL of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GRSTCTL]
    GINTSTS = 0x014,     // [OTG_FS_GLOBAL.GINTSTS of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GINTSTS]
    GINTMSK = 0x018,     // [OTG_FS_GLOBAL.GINTMSK of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GINTMSK]
    GRXSTSR = 0x01c,     // [OTG_FS_GLOBAL.GRXSTSR_DEVICE of stm32f405 stm32f446]
    GRXSTSP = 0x020,     // [OTG_FS_GLOBAL.GRXSTSP_DEVICE of stm32f405 stm32f446]
    GRXFSIZ = 0x024,     // [OTG_FS_GLOBAL.GRXFSIZ of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GRXFSIZ]
    DIEPTXF0 = 0x028,    // [OTG_FS_GLOBAL.DIEPTXF0 of stm32f405 stm32f446]
    GCCFG = 0x038,       // [OTG_FS_GLOBAL.GCCFG of stm32f405 stm32f446; OTG_FS_GLOBAL.FS_GCCFG]
    CID = 0x03c,         // [OTG_FS_GLOBAL.CID of stm32f405; OTG_FS_GLOBAL.OTG_CID of stm32f446]
    GSNPSID = 0x040,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GHWCFG1 = 0x044,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GHWCFG4 = 0x050,     // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    GDFIFOCFG = 0x05c,   // [manual: Synopsys, by TinyUSB 0.18 dwc2_type.h]
    DIEPTXF1 = 0x104,    // [OTG_FS_GLOBAL.DIEPTXF1 of stm32f405 stm32f446]
    BVALOEN = 1 << 6,    // [manual: RM0390 and RM0351, OTG_GOTGCTL]
    BVALOVAL = 1 << 7,   // [manual: RM0390 and RM0351, OTG_GOTGCTL]
    SEDET = 1 << 2,      // [OTG_FS_GLOBAL.GOTGINT.SEDET of stm32f405 stm32f446]
    GINT = 1 << 0,       // [OTG_FS_GLOBAL.GAHBCFG.GINT of stm32f405 stm32f446]
    TXFELVL = 1 << 7,    // [OTG_FS_GLOBAL.GAHBCFG.TXFELVL of stm32f405 stm32f446]
    PHYSEL = 1 << 6,     // [OTG_FS_GLOBAL.GUSBCFG.PHYSEL of stm32f405 stm32f446]
    TRDT = 15 << 10,     // [OTG_FS_GLOBAL.GUSBCFG.TRDT of stm32f405 stm32f446]
    TRDT_BIT = 10,       // [OTG_FS_GLOBAL.GUSBCFG.TRDT bit of stm32f405 stm32f446]
    FHMOD = 1 << 29,     // [OTG_FS_GLOBAL.GUSBCFG.FHMOD of stm32f405 stm32f446]
    FDMOD = 1 << 30,     // [OTG_FS_GLOBAL.GUSBCFG.FDMOD of stm32f405 stm32f446]
    CSRST = 1 << 0,      // [OTG_FS_GLOBAL.GRSTCTL.CSRST of stm32f405 stm32f446]
    RXFFLSH = 1 << 4,    // [OTG_FS_GLOBAL.GRSTCTL.RXFFLSH of stm32f405 stm32f446]
    TXFFLSH = 1 << 5,    // [OTG_FS_GLOBAL.GRSTCTL.TXFFLSH of stm32f405 stm32f446]
    TXFNUM_BIT = 6,      // [OTG_FS_GLOBAL.GRSTCTL.TXFNUM bit of stm32f405 stm32f446]
    TXFNUM_ALL = 16,     // [none: "OTG_GRSTCTL", TXFNUM: all FIFOs]
    CMOD = 1 << 0,       // [OTG_FS_GLOBAL.GINTSTS.CMOD of stm32f405 stm32f446]
    OTGINT = 1 << 2,     // [OTG_FS_GLOBAL.GINTSTS.OTGINT of stm32f405 stm32f446]
    SOF = 1 << 3,        // [OTG_FS_GLOBAL.GINTSTS.SOF of stm32f405 stm32f446]
    RXFLVL = 1 << 4,     // [OTG_FS_GLOBAL.GINTSTS.RXFLVL of stm32f405 stm32f446]
    NPTXFE = 1 << 5,     // [OTG_FS_GLOBAL.GINTSTS.NPTXFE of stm32f405 stm32f446]
    GONAKEFF = 1 << 7,   // [OTG_FS_GLOBAL.GINTSTS.GOUTNAKEFF of stm32f405 stm32f446]
    ESUSP = 1 << 10,     // [OTG_FS_GLOBAL.GINTSTS.ESUSP of stm32f405 stm32f446]
    USBSUSP = 1 << 11,   // [OTG_FS_GLOBAL.GINTSTS.USBSUSP of stm32f405 stm32f446]
    USBRST = 1 << 12,    // [OTG_FS_GLOBAL.GINTSTS.USBRST of stm32f405 stm32f446]
    ENUMDNE = 1 << 13,   // [OTG_FS_GLOBAL.GINTSTS.ENUMDNE of stm32f405 stm32f446]
    IEPINT = 1 << 18,    // [OTG_FS_GLOBAL.GINTSTS.IEPINT of stm32f405 stm32f446]
    OEPINT = 1 << 19,    // [OTG_FS_GLOBAL.GINTSTS.OEPINT of stm32f405 stm32f446]
    HPRTINT = 1 << 24,   // [OTG_FS_GLOBAL.GINTSTS.HPRTINT of stm32f405 stm32f446]
    HCINT = 1 << 25,     // [OTG_FS_GLOBAL.GINTSTS.HCINT of stm32f405 stm32f446]
    DISCINT = 1 << 29,   // [OTG_FS_GLOBAL.GINTSTS.DISCINT of stm32f405 stm32f446]
    PWRDWN = 1 << 16,    // [OTG_FS_GLOBAL.GCCFG.PWRDWN of stm32f405 stm32f446]
    VBUSBSEN = 1 << 19,  // [OTG_FS_GLOBAL.GCCFG.VBUSBSEN of stm32f405]
    NOVBUSSENS = 1 << 21,  // [OTG_FS_GLOBAL.GCCFG.NOVBUSSENS of stm32f405]
    VBDEN = 1 << 21,       // [manual: RM0390 and RM0351, OTG_GCCFG]
    PKTSTS_BIT = 17,       // [OTG_FS_GLOBAL.GRXSTSR_DEVICE.PKTSTS bit of stm32f405 stm32f446]
    BCNT_BIT = 4,          // [OTG_FS_GLOBAL.GRXSTSR_DEVICE.BCNT bit of stm32f405 stm32f446]
    DEPTH_BIT = 16,        // [OTG_FS_GLOBAL.DIEPTXF1.INEPTXFD bit of stm32f405 stm32f446]
    IRQ = 67,              // [irq OTG_FS]
};
#define WKUPINT 0x80000000u        // [OTG_FS_GLOBAL.GINTSTS.WKUPINT of stm32f405 stm32f446]
#define AHBIDL 0x80000000u         // [OTG_FS_GLOBAL.GRSTCTL.AHBIDL of stm32f405 stm32f446]
#define GOTGCTL_RESET 0x800u       // [OTG_FS_GLOBAL.GOTGCTL reset of stm32f405 stm32f446]
#define GUSBCFG_RESET 0xa00u       // [OTG_FS_GLOBAL.GUSBCFG reset of stm32f405 stm32f446]
#define GINTSTS_RESET 0x04000020u  // [OTG_FS_GLOBAL.GINTSTS reset of stm32f405 stm32f446]
#define GRXFSIZ_RESET 0x200u       // [OTG_FS_GLOBAL.GRXFSIZ reset of stm32f405 stm32f446]
#define DIEPTXF0_RESET 0x200u      // [OTG_FS_GLOBAL.DIEPTXF0 reset of stm32f405 stm32f446]
#define DIEPTXF_RESET 0x02000400u  // [manual: RM0090, OTG_FS_DIEPTXFx]

enum {
    // Of OTG_FS_DEVICE, from OTG_FS_GLOBAL on.
    DEVICE = 0x800,              // [none: OTG_FS_DEVICE less OTG_FS_GLOBAL]
    DCFG = DEVICE + 0x00,        // [OTG_FS_DEVICE.DCFG of stm32f405 stm32f446]
    DCTL = DEVICE + 0x04,        // [OTG_FS_DEVICE.DCTL of stm32f405 stm32f446]
    DSTS = DEVICE + 0x08,        // [OTG_FS_DEVICE.DSTS of stm32f405 stm32f446]
    DIEPMSK = DEVICE + 0x10,     // [OTG_FS_DEVICE.DIEPMSK of stm32f405 stm32f446]
    DOEPMSK = DEVICE + 0x14,     // [OTG_FS_DEVICE.DOEPMSK of stm32f405 stm32f446]
    DAINT = DEVICE + 0x18,       // [OTG_FS_DEVICE.DAINT of stm32f405 stm32f446]
    DAINTMSK = DEVICE + 0x1c,    // [OTG_FS_DEVICE.DAINTMSK of stm32f405 stm32f446]
    DIEPEMPMSK = DEVICE + 0x34,  // [OTG_FS_DEVICE.DIEPEMPMSK of stm32f405 stm32f446]
    IN = DEVICE + 0x100,         // [OTG_FS_DEVICE.DIEPCTL0 of stm32f405 stm32f446]
    IN1 = DEVICE + 0x120,        // [OTG_FS_DEVICE.DIEPCTL1 of stm32f405 stm32f446]
    OUT = DEVICE + 0x300,        // [OTG_FS_DEVICE.DOEPCTL0 of stm32f405 stm32f446]
    PCGCCTL = 0xe00,             // [none: OTG_FS_PWRCLK]
    HNPTXSTS = 0x02c,            // [OTG_FS_GLOBAL.GNPTXSTS of stm32f405 stm32f446]
    HPTXFSIZ = 0x100,            // [OTG_FS_GLOBAL.HPTXFSIZ of stm32f405 stm32f446]
    // Of OTG_FS_HOST, from OTG_FS_GLOBAL on.
    HOST = 0x400,            // [none: OTG_FS_HOST less OTG_FS_GLOBAL]
    HCFG = HOST + 0x00,      // [OTG_FS_HOST.HCFG of stm32f405 stm32f446]
    HFIR = HOST + 0x04,      // [OTG_FS_HOST.HFIR of stm32f405 stm32f446]
    HFNUM = HOST + 0x08,     // [OTG_FS_HOST.HFNUM of stm32f405 stm32f446]
    HPTXSTS = HOST + 0x10,   // [OTG_FS_HOST.HPTXSTS of stm32f405 stm32f446]
    HAINT = HOST + 0x14,     // [OTG_FS_HOST.HAINT of stm32f405 stm32f446]
    HAINTMSK = HOST + 0x18,  // [OTG_FS_HOST.HAINTMSK of stm32f405 stm32f446]
    HPRT = HOST + 0x40,      // [OTG_FS_HOST.HPRT of stm32f405 stm32f446]
    HC = HOST + 0x100,       // [OTG_FS_HOST.HCCHAR0 of stm32f405 stm32f446]
    HC1 = HOST + 0x120,      // [OTG_FS_HOST.HCCHAR1 of stm32f405 stm32f446]
    FSLSPCS = 3 << 0,        // [OTG_FS_HOST.HCFG.FSLSPCS of stm32f405 stm32f446]
    FSLSPCS_48 = 1,          // [manual: RM0033 and RM0090, "OTG_FS_HCFG"]
    PCSTS = 1 << 0,          // [OTG_FS_HOST.HPRT.PCSTS of stm32f405 stm32f446]
    PCDET = 1 << 1,          // [OTG_FS_HOST.HPRT.PCDET of stm32f405 stm32f446]
    PENA = 1 << 2,           // [OTG_FS_HOST.HPRT.PENA of stm32f405 stm32f446]
    PENCHNG = 1 << 3,        // [OTG_FS_HOST.HPRT.PENCHNG of stm32f405 stm32f446]
    POCCHNG = 1 << 5,        // [OTG_FS_HOST.HPRT.POCCHNG of stm32f405 stm32f446]
    PRST = 1 << 8,           // [OTG_FS_HOST.HPRT.PRST of stm32f405 stm32f446]
    PPWR = 1 << 12,          // [OTG_FS_HOST.HPRT.PPWR of stm32f405 stm32f446]
    PLSTS_DP = 1 << 10,      // D+ is high [manual: RM0033 and RM0090, "OTG_FS_HPRT"]
    PSPD_FULL = 1 << 17,     // [manual: RM0033 and RM0090, "OTG_FS_HPRT"]
    // A channel's registers, from its first one on.
    HCSPLT = 0x04,        // [none: of Synopsys's high-speed cores; reserved here]
    HCINTX = 0x08,        // [none: OTG_FS_HOST.HCINT0]
    HCINTMSK = 0x0c,      // [none: OTG_FS_HOST.HCINTMSK0]
    HCTSIZ = 0x10,        // [none: OTG_FS_HOST.HCTSIZ0]
    EPNUM_BIT = 11,       // [OTG_FS_HOST.HCCHAR0.EPNUM bit of stm32f405 stm32f446]
    EPDIR = 1 << 15,      // [OTG_FS_HOST.HCCHAR0.EPDIR of stm32f405 stm32f446]
    CHDAD_BIT = 22,       // [OTG_FS_HOST.HCCHAR0.DAD bit of stm32f405 stm32f446]
    CHDIS = 1 << 30,      // [OTG_FS_HOST.HCCHAR0.CHDIS of stm32f405 stm32f446]
    CH_XFRC = 1 << 0,     // [OTG_FS_HOST.HCINT0.XFRC of stm32f405 stm32f446]
    CH_CHH = 1 << 1,      // [OTG_FS_HOST.HCINT0.CHH of stm32f405 stm32f446]
    CH_STALL = 1 << 3,    // [OTG_FS_HOST.HCINT0.STALL of stm32f405 stm32f446]
    CH_NAK = 1 << 4,      // [OTG_FS_HOST.HCINT0.NAK of stm32f405 stm32f446]
    CH_ACK = 1 << 5,      // [OTG_FS_HOST.HCINT0.ACK of stm32f405 stm32f446]
    CH_TXERR = 1 << 7,    // [OTG_FS_HOST.HCINT0.TXERR of stm32f405 stm32f446]
    CH_BBERR = 1 << 8,    // [OTG_FS_HOST.HCINT0.BBERR of stm32f405 stm32f446]
    CH_DTERR = 1 << 10,   // [OTG_FS_HOST.HCINT0.DTERR of stm32f405 stm32f446]
    DPID_BIT = 29,        // [OTG_FS_HOST.HCTSIZ0.DPID bit of stm32f405 stm32f446]
    FIFO = 0x1000,        // [none: "CSR memory map", data FIFOs]
    DAD_BIT = 4,          // [OTG_FS_DEVICE.DCFG.DAD bit of stm32f405 stm32f446]
    DAD = 0x7f,           // [none: 7 bits]
    SDIS = 1 << 1,        // [OTG_FS_DEVICE.DCTL.SDIS of stm32f405 stm32f446]
    GONSTS = 1 << 3,      // [OTG_FS_DEVICE.DCTL.GONSTS of stm32f405 stm32f446]
    SGONAK = 1 << 9,      // [OTG_FS_DEVICE.DCTL.SGONAK of stm32f405 stm32f446]
    CGONAK = 1 << 10,     // [OTG_FS_DEVICE.DCTL.CGONAK of stm32f405 stm32f446]
    SUSPSTS = 1 << 0,     // [OTG_FS_DEVICE.DSTS.SUSPSTS of stm32f405 stm32f446]
    FULL_SPEED = 3 << 1,  // [OTG_FS_DEVICE.DSTS.ENUMSPD of stm32f405 stm32f446]
    FNSOF_BIT = 8,        // [OTG_FS_DEVICE.DSTS.FNSOF bit of stm32f405 stm32f446]
    FRAMES = 0x3fff,      // [none: 14 bits]
    // An endpoint's registers, from its first one on.
    CTL = 0x00,          // [none: DIEPCTL0]
    INT = 0x08,          // [none: DIEPINT0]
    TSIZ = 0x10,         // [none: DIEPTSIZ0]
    DTXFSTS = 0x18,      // [none: DTXFSTS0]
    MPSIZ = 0x7ff,       // [OTG_FS_DEVICE.DIEPCTL1.MPSIZ of stm32f405 stm32f446]
    USBAEP = 1 << 15,    // [OTG_FS_DEVICE.DIEPCTL1.USBAEP of stm32f405 stm32f446]
    DPID = 1 << 16,      // [OTG_FS_DEVICE.DIEPCTL1.EONUM_DPID of stm32f405 stm32f446]
    NAKSTS = 1 << 17,    // [OTG_FS_DEVICE.DIEPCTL1.NAKSTS of stm32f405 stm32f446]
    EPTYP = 3 << 18,     // [OTG_FS_DEVICE.DIEPCTL1.EPTYP of stm32f405 stm32f446]
    STALL = 1 << 21,     // [OTG_FS_DEVICE.DIEPCTL1.STALL of stm32f405 stm32f446]
    TXFNUM = 15 << 22,   // [OTG_FS_DEVICE.DIEPCTL1.TXFNUM of stm32f405 stm32f446]
    TXFNUM_EP_BIT = 22,  // [OTG_FS_DEVICE.DIEPCTL1.TXFNUM bit of stm32f405 stm32f446]
    CNAK = 1 << 26,      // [OTG_FS_DEVICE.DIEPCTL1.CNAK of stm32f405 stm32f446]
    SNAK = 1 << 27,      // [OTG_FS_DEVICE.DIEPCTL1.SNAK of stm32f405 stm32f446]
    SD0PID = 1 << 28,    // [OTG_FS_DEVICE.DIEPCTL1.SD0PID_SEVNFRM of stm32f405 stm32f446]
    SD1PID = 1 << 29,    // [manual: RM0090, OTG_FS_DIEPCTLx]
    EPDIS = 1 << 30,     // [OTG_FS_DEVICE.DIEPCTL1.EPDIS of stm32f405 stm32f446]
    XFRC = 1 << 0,       // [OTG_FS_DEVICE.DIEPINT0.XFRC of stm32f405 stm32f446]
    EPDISD = 1 << 1,     // [OTG_FS_DEVICE.DIEPINT0.EPDISD of stm32f405 stm32f446]
    STUP = 1 << 3,       // [OTG_FS_DEVICE.DOEPINT0.STUP of stm32f405 stm32f446]
    INEPNE = 1 << 6,     // [OTG_FS_DEVICE.DIEPINT0.INEPNE of stm32f405 stm32f446]
    TXFE = 1 << 7,       // [OTG_FS_DEVICE.DIEPINT0.TXFE of stm32f405 stm32f446]
    STPKTRX = 1 << 15,   // [manual: RM0351, OTG_DOEPINTx]
    XFRSIZ = 0x7ffff,    // [OTG_FS_DEVICE.DIEPTSIZ1.XFRSIZ of stm32f405]
    PKTCNT_BIT = 19,     // [OTG_FS_DEVICE.DIEPTSIZ1.PKTCNT bit of stm32f405]
    PKTCNT = 0x3ff,      // [none: 10 bits]
    OUT_SHIFT = 16,      // [OTG_FS_DEVICE.DAINT.OEPINT bit of stm32f405 stm32f446]
};
#define CHENA 0x80000000u  // [OTG_FS_HOST.HCCHAR0.CHENA of stm32f405 stm32f446]
#define HPRT_CLEARED (PCDET | PENCHNG | POCCHNG)
#define HFIR_RESET 60000u       // [OTG_FS_HOST.HFIR reset of stm32f405 stm32f446]
#define EPENA 0x80000000u       // [OTG_FS_DEVICE.DIEPCTL1.EPENA of stm32f405 stm32f446]
#define DCFG_RESET 0x02200000u  // [OTG_FS_DEVICE.DCFG reset of stm32f405 stm32f446]

// PKTSTS. [manual: RM0090, OTG_FS_GRXSTSR]
enum {
    GLOBAL_NAK = 1,
    OUT_DATA = 2,
    OUT_DONE = 3,
    SETUP_DONE = 4,
    SETUP_DATA = 6,
};

// PKTSTS of a host. [manual: RM0033 and RM0090, OTG_FS_GRXSTSR]
enum {
    IN_DATA = 2,
    IN_DONE = 3,
    HALTED = 7,
};

enum {
    ENDPOINTS = 6,
    OLD_ENDPOINTS = 4,
    WORDS = 320,  // of FIFO memory
    TXF_LEAST = 16,
    PACKET = 64,
    RX_ROOM = 64,
    USB_HZ = 48000000,
    PIN_DM = 11,
    PIN_DP = 12,
    AF = 10,
    REQUEST_IN = 0x80,  // [none: bmRequestType, USB 2.0 section 9.3]
    CHANNELS = 12,
    OLD_CHANNELS = 8,
    HFIR_FULL = 48000,     // PHY clocks in a frame [none: 48 MHz, 1 ms]
    MODE_US = 25000,       // until a forced mode is in effect ("OTG_FS_GUSBCFG", FHMOD)
    BUS_RESET_US = 10000,  // the least ("OTG_FS_HPRT", PRST)
    SET_ADDRESS = 5,       // [none: bRequest, USB 2.0 section 9.4]
};

struct endpoint {
    uint32_t ctl, intr, tsiz;
    uint32_t left;    // IN: bytes of the transfer that are not sent
    uint32_t pushed;  // IN: words of the next packet that are in the FIFO
};

struct fifo {
    uint32_t words[WORDS];
    uint32_t n;
};

// An entry of the receive FIFO: status, and data.
struct received {
    uint32_t status;
    uint8_t data[PACKET];
    uint32_t len;
};

// Of a host.
struct channel {
    uint32_t hcchar, intr, mask, tsiz;
    uint32_t words[PACKET / 4];  // OUT: of the next packet
    uint32_t n;
    uint32_t left;  // OUT: bytes of the transfer that are not sent
    bool asked;     // a token is due
};

struct host {
    uint32_t hcfg, hfir, hprt, haintmsk, hptxfsiz;
    struct channel ch[CHANNELS];
    uint64_t mode_at;   // when FHMOD is in effect
    uint64_t reset_at;  // when PRST was set
    bool has_power;     // the device
    // What the device has: its address, the next toggle of each endpoint (IN, OUT), the request.
    uint8_t address, coming;
    uint16_t toggles[2];
    uint8_t setup[8];
};

struct otg {
    bool is_new;
    struct host host;
    uint32_t gotgctl, gotgint, gahbcfg, gusbcfg, gintsts, gintmsk, grxfsiz, gccfg, pcgcctl,
            gdfifocfg;
    uint32_t dieptxf[ENDPOINTS];
    uint32_t dcfg, dctl, diepmsk, doepmsk, daintmsk, diepempmsk, frame;
    bool resetting;  // CSRST, which ends with a clock only
    struct endpoint in[ENDPOINTS], out[ENDPOINTS];
    struct fifo tx[ENDPOINTS];
    struct received rx[RX_ROOM];
    uint32_t nrx;
    struct received popped;  // whose data is being read
    uint32_t at;
    bool had_session;
    bool suspended;
    // What the host has.
    uint8_t setup[8];
    uint32_t address;
};

static inline unsigned tn_emu_otg_endpoints(const struct otg *o) {
    return o->is_new ? ENDPOINTS : OLD_ENDPOINTS;
}

static inline uint32_t tn_emu_otg_words(uint32_t bytes) {
    return (bytes + 3) / 4;
}

// ---- stm32_otg_fifo.c: FIFOs, and what is pending --------------------------------------

bool tn_emu_otg_rx_has_room(const struct otg *o, uint32_t bytes);
void tn_emu_otg_rx_put(struct otg *o, uint32_t pktsts, unsigned ep, const void *data, size_t len);
uint32_t tn_emu_otg_rx_pop(struct tn_emu *e, struct otg *o);
uint32_t tn_emu_otg_rx_word(struct tn_emu *e, struct otg *o);
uint32_t tn_emu_otg_depth(const struct otg *o, unsigned fifo);
uint32_t tn_emu_otg_mps(const struct endpoint *ep, bool is_0);
void tn_emu_otg_tx_put(struct tn_emu *e, struct otg *o, unsigned n, uint32_t word);
bool tn_emu_otg_is_apart(const struct otg *o, unsigned fifo);
void tn_emu_otg_flush_tx(struct otg *o, unsigned n);
uint32_t tn_emu_otg_in_intr(const struct otg *o, unsigned ep);
uint32_t tn_emu_otg_daint(const struct otg *o);
uint32_t tn_emu_otg_gintsts(const struct otg *o);

// ---- stm32_otg_host.c: the core as a host -------------------------------------------------

// True if the mode of a host is forced and in effect.
bool tn_emu_otg_is_host(struct tn_emu *e, const struct otg *o);
void tn_emu_otg_host_reset(struct otg *o);
uint32_t tn_emu_otg_host_load(struct tn_emu *e, struct otg *o, uint32_t off);
void tn_emu_otg_host_store(struct tn_emu *e, struct otg *o, uint32_t off, uint32_t value);
void tn_emu_otg_host_tx(struct tn_emu *e, struct otg *o, unsigned channel, uint32_t word);
void tn_emu_otg_host_popped(struct otg *o, uint32_t status);
uint32_t tn_emu_otg_host_gintsts(const struct otg *o);

// Attach and detach, and the tokens that are due. Returns when to be called again.
uint64_t tn_emu_otg_host_tick(struct tn_emu *e, struct otg *o);

// ---- stm32_otg_bus.c: supply and clock ----------------------------------------------------

bool tn_emu_otg_has_session(const struct tn_emu *e, const struct otg *o);
bool tn_emu_otg_has_clock(struct tn_emu *e);

#endif
