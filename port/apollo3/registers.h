// SPDX-License-Identifier: Apache-2.0
// Registers of the Apollo3 Blue, those that are used here, and entries of its ROM.
//
// Sources: the crate ambiq-apollo3-pac 0.1.0, which Ambiq's own description is made into, for
// offsets, bits and values after a reset; AmbiqSuite 3.1.1 and 3.2.0 (hal_ambiq,
// mcu/apollo3) for base addresses (regs/am_reg_base_addresses.h), for what the description leaves
// out, and for the ROM. The file is named with each block.
#ifndef TN_PORT_APOLLO3_REGISTERS_H
#define TN_PORT_APOLLO3_REGISTERS_H

#include <stdint.h>

// [none: a register by its address]
#define APOLLO3_REG(addr) (*(volatile uint32_t *)(uintptr_t)(addr))

enum {
    APOLLO3_IRQ_CTIMER = 14,
    APOLLO3_IRQ_UART0 = 15,
};

// RSTGEN. STAT tells why the core was reset; a write clears it (hal/am_hal_reset.c).
#define RSTGEN_CFG APOLLO3_REG(0x40000000)
#define RSTGEN_CFG_WDREN (1u << 1)
#define RSTGEN_STAT APOLLO3_REG(0x4ffff000)
#define RSTGEN_STAT_EXTERNAL (1u << 0)  // [RSTGEN.STAT.EXRSTAT]
// [RSTGEN.STAT.PORSTAT+BORSTAT+BOUSTAT+BOCSTAT+BOFSTAT+BOBSTAT]
#define RSTGEN_STAT_POWER (1u << 1 | 1u << 2 | 0xfu << 7)  // power-on, and all kinds of brown-out
// [RSTGEN.STAT.SWRSTAT+POIRSTAT]
#define RSTGEN_STAT_SOFTWARE (1u << 3 | 1u << 4)  // AIRCR or SWPOR; SWPOI
#define RSTGEN_STAT_WATCHDOG (1u << 6)            // [RSTGEN.STAT.WDRSTAT]

// CLKGEN. CCTRL takes a write only while the key stands in CLKKEY.
#define CLKGEN_CLKKEY APOLLO3_REG(0x40004014)
#define CLKGEN_CLKKEY_KEY 0x47u  // [CLKGEN.CLKKEY.CLKKEY=KEY]
#define CLKGEN_CCTRL APOLLO3_REG(0x40004018)
#define CLKGEN_CCTRL_48_MHZ 0u  // [CLKGEN.CCTRL.CORESEL=HFRC]
#define CLKGEN_CCTRL_24_MHZ 1u  // after a reset [CLKGEN.CCTRL.CORESEL=HFRC_DIV2]
#define CLKGEN_FREQCTRL APOLLO3_REG(0x40004034)
#define CLKGEN_FREQCTRL_BURSTS (1u << 2)  // the core runs at 96 MHz [CLKGEN.FREQCTRL.BURSTSTATUS]

// CTIMER: timer A0 of 16 bits, and the system timer of 32 bits.
#define CTIMER_CMPRA0 APOLLO3_REG(0x40008004)
#define CTIMER_CTRL0 APOLLO3_REG(0x4000800c)
#define CTIMER_CTRL0_A_ENABLE (1u << 0)  // [CTIMER.CTRL0.TMRA0EN]
#define CTIMER_CTRL0_A_3_MHZ (2u << 1)   // HFRC / 16 [CTIMER.CTRL0.TMRA0CLK=HFRC_DIV16]
// [CTIMER.CTRL0.TMRA0FN=REPEATEDCOUNT]
#define CTIMER_CTRL0_A_REPEATS (1u << 6)  // counts to CMPRA0, and starts again
#define CTIMER_CTRL0_A_INT0 (1u << 9)     // [CTIMER.CTRL0.TMRA0IE0]
#define CTIMER_CTRL0_A_CLEAR (1u << 11)   // [CTIMER.CTRL0.TMRA0CLR]
#define CTIMER_STCFG APOLLO3_REG(0x40008140)
#define CTIMER_STCFG_3_MHZ 1u  // HFRC / 16 [CTIMER.STCFG.CLKSEL=HFRC_DIV16]
#define CTIMER_STCFG_CLEAR (1u << 30)
#define CTIMER_STCFG_FREEZE (1u << 31)  // after a reset
#define CTIMER_STTMR APOLLO3_REG(0x40008144)
#define CTIMER_INTEN APOLLO3_REG(0x40008200)
#define CTIMER_INTCLR APOLLO3_REG(0x40008208)
#define CTIMER_INT_A0_0 (1u << 0)  // [CTIMER.INTEN.CTMRA0C0INT]

// GPIO: a byte for each of the 50 pads, four in a register, which takes a write only while the key
// stands in PADKEY.
#define GPIO_PADREG_OF(n) APOLLO3_REG(0x40010000u + 4u * (n))  // [GPIO.PADREG(n)]
#define GPIO_PADREG(pad) GPIO_PADREG_OF((pad) / 4)
#define GPIO_PADREG_SHIFT(pad) (8u * ((pad) % 4))  // [none: a byte each]
#define GPIO_PADREG_MASK 0xffu
#define GPIO_PAD_PULLUP (1u << 0)        // [GPIO.PADREGA.PAD0PULL]
#define GPIO_PAD_INPUT (1u << 1)         // [GPIO.PADREGA.PAD0INPEN]
#define GPIO_PAD_FUNCTION(n) ((n) << 3)  // [GPIO.PADREGA.PAD0FNCSEL]
#define GPIO_PAD_GPIO 3u                 // function
#define GPIO_PAD_PULL_24K (3u << 6)  // of pads that have a choice [GPIO.PADREGA.PAD0RSEL=PULL24K]
#define GPIO_PAD_RESET GPIO_PAD_FUNCTION(GPIO_PAD_GPIO)
#define GPIO_PADKEY APOLLO3_REG(0x40010060)
#define GPIO_PADKEY_KEY 0x73u                              // [GPIO.PADKEY.PADKEY=KEY]
#define GPIO_RD_OF(n) APOLLO3_REG(0x40010080u + 4u * (n))  // [GPIO.RD(n)]
#define GPIO_RD(pad) GPIO_RD_OF((pad) / 32)

// CACHECTRL.
#define CACHECTRL_CACHECFG APOLLO3_REG(0x40018000)
#define CACHECTRL_CACHECFG_ENABLE (1u << 0)
#define CACHECTRL_CTRL APOLLO3_REG(0x40018008)
#define CACHECTRL_CTRL_INVALIDATE (1u << 0)
#define CACHECTRL_CTRL_READY (1u << 2)  // [CACHECTRL.CTRL.CACHE_READY]

// UART0, a PL011 with a clock of its own and FIFOs of 32 bytes (hal/am_hal_uart.c).
#define UART0_DR APOLLO3_REG(0x4001c000)
#define UART0_FR APOLLO3_REG(0x4001c018)
#define UART0_FR_BUSY (1u << 3)
#define UART0_FR_RX_EMPTY (1u << 4)  // [UART0.FR.RXFE]
#define UART0_FR_TX_FULL (1u << 5)   // [UART0.FR.TXFF]
#define UART0_IBRD APOLLO3_REG(0x4001c024)
#define UART0_FBRD APOLLO3_REG(0x4001c028)  // sixty-fourths
#define UART0_LCRH APOLLO3_REG(0x4001c02c)
#define UART0_LCRH_FIFO (1u << 4)    // [UART0.LCRH.FEN]
#define UART0_LCRH_8_BITS (3u << 5)  // [UART0.LCRH.WLEN]
#define UART0_CR APOLLO3_REG(0x4001c030)
#define UART0_CR_ENABLE (1u << 0)  // [UART0.CR.UARTEN]
#define UART0_CR_CLOCK (1u << 3)   // [UART0.CR.CLKEN]
#define UART0_CR_24_MHZ (1u << 4)  // [UART0.CR.CLKSEL=24MHZ]
#define UART0_CR_TX (1u << 8)      // [UART0.CR.TXE]
#define UART0_CR_RX (1u << 9)      // [UART0.CR.RXE]
#define UART0_IER APOLLO3_REG(0x4001c038)
#define UART0_IES APOLLO3_REG(0x4001c03c)  // raw
#define UART0_IEC APOLLO3_REG(0x4001c044)
#define UART0_INT_RX (1u << 4)          // [UART0.IER.RXIM]
#define UART0_INT_TX (1u << 5)          // [UART0.IER.TXIM]
#define UART0_INT_RX_TIMEOUT (1u << 6)  // [UART0.IER.RTIM]
#define UART0_INT_OVERRUN (1u << 10)    // [UART0.IER.OEIM]

// MCUCTRL. A bit of FLASHWPROT that is written 1 protects its 16 KiB of flash, and reads 0 then,
// until the next reset; only while PROTLOCK of BOOTLOADER is 1, as after a reset.
#define MCUCTRL_CHIPID0 APOLLO3_REG(0x40020004)
#define MCUCTRL_CHIPID1 APOLLO3_REG(0x40020008)
#define MCUCTRL_FLASHWPROT(n) APOLLO3_REG(0x400203a0u + 4u * (n))  // [MCUCTRL.FLASHWPROT(n)]

// PWRCTRL.
#define PWRCTRL_DEVPWREN APOLLO3_REG(0x40021008)
#define PWRCTRL_DEVPWREN_UART0 (1u << 7)  // [PWRCTRL.DEVPWREN.PWRUART0]
#define PWRCTRL_DEVPWRSTATUS APOLLO3_REG(0x40021018)
#define PWRCTRL_DEVPWRSTATUS_HCPA (1u << 2)  // the domain of the UARTs

// WDT: 8 bits.
#define WDT_CFG APOLLO3_REG(0x40024000)
#define WDT_CFG_ENABLE (1u << 0)                // [WDT.CFG.WDTEN]
#define WDT_CFG_RESET (1u << 2)                 // [WDT.CFG.RESEN]
#define WDT_CFG_RESET_AT(count) ((count) << 8)  // [WDT.CFG.RESVAL]
#define WDT_CFG_CLOCK(n) ((n) << 24)            // [WDT.CFG.CLKSEL]
#define WDT_CFG_CLOCK_128_HZ 1u
#define WDT_CFG_CLOCK_16_HZ 2u
#define WDT_CFG_CLOCK_1_HZ 3u
#define WDT_RSTRT APOLLO3_REG(0x40024004)
#define WDT_RSTRT_KEY 0xb2u               // [WDT.RSTRT.RSTRT=KEYVALUE]
#define WDT_LOCK APOLLO3_REG(0x40024008)  // no change until a reset; starts it, too
#define WDT_LOCK_KEY 0x3au                // [WDT.LOCK.LOCK=KEYVALUE]

// The ROM's functions (hal/am_hal_flash.c, g_am_hal_flash). Those for flash return 0 on success.
// No interrupt may come meanwhile whose handler lies in flash.
// [manual: AmbiqSuite, am_hal_flash.c, g_am_hal_flash]
enum {
    ROM_PAGE_ERASE_AT = 0x08000051,
    ROM_PROGRAM_MAIN_AT = 0x08000055,
    ROM_DELAY_CYCLES_AT = 0x0800009d,
};
#define ROM_PAGE_ERASE ((int (*)(uint32_t key, uint32_t instance, uint32_t page))ROM_PAGE_ERASE_AT)
#define ROM_PROGRAM_MAIN                                                                           \
    ((int (*)(uint32_t key, const uint32_t *from, uint32_t *to, uint32_t words))ROM_PROGRAM_MAIN_AT)
#define ROM_DELAY_CYCLES ((void (*)(uint32_t rounds))ROM_DELAY_CYCLES_AT)
// [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_PROGRAM_KEY]
#define ROM_PROGRAM_KEY 0x12344321u
// [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_INSTANCE_SIZE]
#define ROM_INSTANCE_SIZE 0x80000u
#define ROM_PAGE_SIZE 0x2000u  // [manual: AmbiqSuite, am_hal_flash.h, AM_HAL_FLASH_PAGE_SIZE]

// What AmbiqSuite does before it calls one of these (the same file, WakeWorkaround): this register,
// which no description names, gets this value, then 160 rounds pass; twice as many in bursts.
#define FLASH_WAKE APOLLO3_REG(0x40014014)  // [manual: AmbiqSuite, am_hal_flash.c, WakeWorkaround]
#define FLASH_WAKE_KEY 0xc3u                // [manual: AmbiqSuite, am_hal_flash.c, WakeWorkaround]
#define FLASH_WAKE_ROUNDS 0xa0u             // [manual: AmbiqSuite, am_hal_flash.c, WakeWorkaround]

#endif
