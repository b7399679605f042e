// SPDX-License-Identifier: Apache-2.0
// Clocks and resets. Sources: ST, RM0351 chapter 6, RM0461 chapter 6, RM0090 chapter 7, RM0033
// chapter 5.
//
// Oscillators are ready at once, the crystal if there is one (e->hse_khz). As the core's clock, a
// PLL counts as 48 MHz.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    // All of them. [registers RCC]
    CR = 0x00,
    HSEON = 1 << 16,   // [RCC.CR.HSEON]
    HSERDY = 1 << 17,  // [RCC.CR.HSERDY]
    PLLON = 1 << 24,   // [RCC.CR.PLLON]
    CFGR = 0x08,
    SW = 3,        // [RCC.CFGR.SW]
    SWS = 3 << 2,  // [RCC.CFGR.SWS]
    SWS_BIT = 2,   // [RCC.CFGR.SWS bit]
    // L4 and WL.
    AHB1RSTR = 0x28,   // [RCC.AHB1RSTR of stm32l* stm32w*]
    APB1RSTR1 = 0x38,  // [RCC.APB1RSTR1 of stm32l* stm32w*]
    APB2RSTR = 0x40,   // [RCC.APB2RSTR of stm32l* stm32w*]
    AHB1ENR = 0x48,    // [RCC.AHB1ENR of stm32l* stm32w*]
    AHB2ENR = 0x4c,    // [RCC.AHB2ENR of stm32l* stm32w*]
    APB1ENR1 = 0x58,   // [RCC.APB1ENR1 of stm32l* stm32w*]
    APB2ENR = 0x60,    // [RCC.APB2ENR of stm32l* stm32w*]
    BDCR = 0x90,       // [RCC.BDCR of stm32l* stm32w*]
    CSR = 0x94,        // [RCC.CSR of stm32l* stm32w*]
    SW_MSI = 0,        // [RCC.CFGR.SW=0]
    SW_HSI = 1,        // [RCC.CFGR.SW=1]
    // [RCC.CR.MSION+HSEON+PLLON of stm32l* stm32w*]
    CR_ON = 1 << 0 | 1 << 16 | 1 << 24,  // and ready one bit above
    CR_HSION = 1 << 8,                   // [RCC.CR.HSION of stm32l* stm32w*]
    CR_HSIRDY = 1 << 10,                 // [RCC.CR.HSIRDY of stm32l* stm32w*]
    CR_MSIRGSEL = 1 << 3,                // [RCC.CR.MSIRGSEL of stm32l* stm32w*]
    CR_MSIRANGE = 15 << 4,               // [RCC.CR.MSIRANGE of stm32l* stm32w*]
    CR_MSIRANGE_BIT = 4,                 // [RCC.CR.MSIRANGE bit of stm32l* stm32w*]
    CSR_LSION = 1 << 0,
    CSR_LSIRDY = 1 << 1,
    // The clock of 48 MHz: L4 alone.
    PLLCFGR = 0x0c,           // [RCC.PLLCFGR of stm32l476]
    PLLSRC_HSE = 3,           // [RCC.PLLCFGR.PLLSRC of stm32l476]
    PLLM_BIT = 4,             // [RCC.PLLCFGR.PLLM bit of stm32l476]
    PLLN_BIT = 8,             // [RCC.PLLCFGR.PLLN bit of stm32l476]
    PLLQEN = 1 << 20,         // [RCC.PLLCFGR.PLLQEN of stm32l476]
    PLLQ_BIT = 21,            // [RCC.PLLCFGR.PLLQ bit of stm32l476]
    CCIPR = 0x88,             // [RCC.CCIPR of stm32l476]
    CLK48SEL = 3 << 26,       // [RCC.CCIPR.CLK48SEL of stm32l476]
    CLK48SEL_PLLQ = 2 << 26,  // [RCC.CCIPR.CLK48SEL=2 of stm32l476]
    AHB2RSTR = 0x2c,          // [RCC.AHB2RSTR of stm32l476]
    OTG_BIT = 12,             // [RCC.AHB2ENR.OTGFSEN bit of stm32l476]
    // F2 and F4.
    F4_PLLCFGR = 0x04,        // [RCC.PLLCFGR of stm32f*]
    F4_PLLSRC_HSE = 1 << 22,  // [RCC.PLLCFGR.PLLSRC of stm32f*]
    F4_PLLM = 63,             // [RCC.PLLCFGR.PLLM of stm32f*]
    F4_PLLN_BIT = 6,          // [RCC.PLLCFGR.PLLN bit of stm32f*]
    F4_PLLQ_BIT = 24,         // [RCC.PLLCFGR.PLLQ bit of stm32f*]
    F4_AHB2RSTR = 0x14,       // [RCC.AHB2RSTR of stm32f*]
    F4_AHB2ENR = 0x34,        // [RCC.AHB2ENR of stm32f*]
    F4_OTG_BIT = 7,           // [RCC.AHB2ENR.OTGFSEN bit of stm32f*]
    F4_AHB1RSTR = 0x10,       // [RCC.AHB1RSTR of stm32f*]
    F4_APB1RSTR = 0x20,       // [RCC.APB1RSTR of stm32f*]
    F4_APB2RSTR = 0x24,       // [RCC.APB2RSTR of stm32f*]
    F4_AHB1ENR = 0x30,        // [RCC.AHB1ENR of stm32f*]
    F4_APB1ENR = 0x40,        // [RCC.APB1ENR of stm32f*]
    F4_APB2ENR = 0x44,        // [RCC.APB2ENR of stm32f*]
    F4_BDCR = 0x70,           // [RCC.BDCR of stm32f*]
    F4_CSR = 0x74,            // [RCC.CSR of stm32f*]
    // [RCC.CR.HSION+HSEON+PLLON of stm32f*]
    F4_CR_ON = 1 << 0 | 1 << 16 | 1 << 24,  // and ready one bit above
    // Bits of the reset and enable registers.
    TIM2_BIT = 0,        // [RCC.APB1RSTR1.TIM2RST bit; RCC.APB1RSTR.TIM2RST bit of stm32f*]
    USART1_BIT = 14,     // [RCC.APB2RSTR.USART1RST bit of stm32l* stm32w*]
    USART2_BIT = 17,     // [RCC.APB1RSTR1.USART2RST bit of stm32l* stm32w*]
    F4_USART2_BIT = 17,  // [RCC.APB1RSTR.USART2RST bit of stm32f*]
    F4_USART3_BIT = 18,  // [RCC.APB1RSTR.USART3RST bit of stm32f*]
};
// Flags of L4 and WL, then of F2 and F4; after a reset.
#define CSR_RMVF (1u << 23)           // [RCC.CSR.RMVF of stm32l* stm32w*]
#define F4_RMVF (1u << 24)            // [RCC.CSR.RMVF of stm32f*]
#define CSR_FLAGS 0xfe000000u         // [RCC.CSR fields]
#define BY_PIN (1u << 26)             // [RCC.CSR.PINRSTF; RCC.CSR.PADRSTF of stm32f*]
#define BY_BROWN_OUT (1u << 27)       // [RCC.CSR.BORRSTF of stm32l* stm32w*]
#define BY_SOFTWARE (1u << 28)        // [RCC.CSR.SFTRSTF]
#define BY_IWDG (1u << 29)            // [RCC.CSR.IWDGRSTF; RCC.CSR.WDGRSTF of stm32f*]
#define F4_BY_POWER 0x0e000000u       // [RCC.CSR reset of stm32f*]
#define L4_CR_RESET 0x63u             // [RCC.CR reset of stm32l476]
#define WL_CR_RESET 0x61u             // [RCC.CR reset of stm32wle5]
#define F4_CR_RESET 0x83u             // [RCC.CR reset of stm32f*]
#define F4_PLLCFGR_RESET 0x24003010u  // [RCC.PLLCFGR reset of stm32f*]
#define L4_PLLCFGR_RESET 0x1000u      // [RCC.PLLCFGR reset of stm32l476]
#define WL_CFGR_RESET 0x70000u        // [RCC.CFGR reset of stm32wle5]
#define L4_CSR_RESET 0x0c000600u      // with both flags of a power-on [RCC.CSR reset of stm32l476]
#define WL_CSR_RESET 0x0c01c600u      // [RCC.CSR reset of stm32wle5]

enum {
    SIZE = 1024,
    REGISTERS = 68 * 4,
    MSI_4MHZ = 6,  // MSIRANGE after a reset
};

struct rcc {
    uint32_t reg[REGISTERS / 4];
};

// Flags of CSR. A reset of the chip's own pulls the pin too.
static const uint32_t flags[] = {
        [TN_EMU_BY_POWER] = BY_BROWN_OUT | BY_PIN,
        [TN_EMU_BY_PIN] = BY_PIN,
        [TN_EMU_BY_PROGRAM] = BY_SOFTWARE | BY_PIN,
        [TN_EMU_BY_LOCKUP] = BY_PIN,  // the chip itself does not reset
        [TN_EMU_BY_WATCHDOG] = BY_IWDG | BY_PIN,
};

// The devices that an RSTR register resets.
static const struct {
    uint32_t reg;
    unsigned bit;
    const struct tn_emu_device *device;
} targets[] = {
        {APB1RSTR1, TIM2_BIT, &tn_emu_stm32l4_timer2},
        {APB1RSTR1, TIM2_BIT, &tn_emu_stm32wl_timer2},
        {APB1RSTR1, USART2_BIT, &tn_emu_stm32l4_usart2},
        {APB1RSTR1, USART2_BIT, &tn_emu_stm32wl_usart2},
        {APB2RSTR, USART1_BIT, &tn_emu_stm32l4_usart1},
        {APB2RSTR, USART1_BIT, &tn_emu_stm32wl_usart1},
        {F4_APB1RSTR, TIM2_BIT, &tn_emu_stm32f4_timer2},
        {F4_APB1RSTR, F4_USART2_BIT, &tn_emu_stm32f4_usart2},
        {F4_APB1RSTR, F4_USART3_BIT, &tn_emu_stm32f4_usart3},
        {F4_APB1RSTR, F4_USART2_BIT, &tn_emu_stm32f446_usart2},
        {F4_AHB2RSTR, F4_OTG_BIT, &tn_emu_stm32_otg1},
        {F4_AHB2RSTR, F4_OTG_BIT, &tn_emu_stm32_otg2},
        {AHB2RSTR, OTG_BIT, &tn_emu_stm32_otg2},
};

bool tn_emu_stm32_is_wl(const struct tn_emu *e) {
    return e->chip->devices[0] == &tn_emu_stm32wl_flash;
}

bool tn_emu_stm32_is_f4(const struct tn_emu *e) {
    return e->chip->devices[0] == &tn_emu_stm32f4_flash;
}

static struct rcc *rcc_of(struct tn_emu *e) {
    return tn_emu_state(e,
            tn_emu_stm32_is_wl(e)           ? &tn_emu_stm32wl_rcc
                    : tn_emu_stm32_is_f4(e) ? &tn_emu_stm32f4_rcc
                                            : &tn_emu_stm32l4_rcc);
}

uint32_t tn_emu_stm32_hz(struct tn_emu *e) {
    static const uint32_t msi_khz[16] = {
            100, 200, 400, 800, 1000, 2000, 4000, 8000, 16000, 24000, 32000, 48000};
    const struct rcc *r = rcc_of(e);
    uint32_t cr = r->reg[CR / 4];
    uint32_t range = cr & CR_MSIRGSEL ? (cr & CR_MSIRANGE) >> CR_MSIRANGE_BIT : MSI_4MHZ;

    if (tn_emu_stm32_is_f4(e)) {  // 0: HSI
        return r->reg[CFGR / 4] & SW ? 48000000 : 16000000;
    }
    switch (r->reg[CFGR / 4] & SW) {
    case SW_MSI:
        return msi_khz[range] * 1000;
    case SW_HSI:
        return 16000000;
    default:
        return 48000000;
    }
}

bool tn_emu_stm32_has_otg(struct tn_emu *e) {
    const struct rcc *r = rcc_of(e);

    return tn_emu_stm32_is_f4(e) ? r->reg[F4_AHB2ENR / 4] >> F4_OTG_BIT & 1
                                 : r->reg[AHB2ENR / 4] >> OTG_BIT & 1;
}

// F2 and F4: into the VCO 1 to 2 MHz, out of it 192 to 432 (RM0033; RM0090 allows less).
static uint32_t f4_usb_khz(const struct rcc *r, uint32_t hse) {
    uint32_t cfg = r->reg[F4_PLLCFGR / 4];
    uint32_t m = cfg & F4_PLLM;
    uint32_t n = cfg >> F4_PLLN_BIT & 511;  // [none: PLLN has 9 bits]
    uint32_t q = cfg >> F4_PLLQ_BIT & 15;   // [none: PLLQ has 4 bits]

    if (!(cfg & F4_PLLSRC_HSE) || m < 2 || q < 2) {
        return 0;
    }
    uint32_t in = hse / m;
    return in < 950 || in > 2100 || in * n < 192000 || in * n > 432000 ? 0 : in * n / q;
}

// L4: into the VCO 4 to 16 MHz, out of it 64 to 344 (RM0351 section 6.4.4).
static uint32_t l4_usb_khz(const struct rcc *r, uint32_t hse) {
    uint32_t cfg = r->reg[PLLCFGR / 4];
    uint32_t in = hse / ((cfg >> PLLM_BIT & 7) + 1);  // [none: PLLM has 3 bits]
    uint32_t n = cfg >> PLLN_BIT & 127;               // [none: PLLN has 7 bits]
    uint32_t q = 2 * ((cfg >> PLLQ_BIT & 3) + 1);     // [none: PLLQ has 2 bits]

    if ((r->reg[CCIPR / 4] & CLK48SEL) != CLK48SEL_PLLQ || !(cfg & PLLQEN) ||
            (cfg & PLLSRC_HSE) != PLLSRC_HSE) {
        return 0;
    }
    return in < 4000 || in > 16000 || in * n < 64000 || in * n > 344000 ? 0 : in * n / q;
}

// Only a crystal is exact enough.
uint32_t tn_emu_stm32_usb_hz(struct tn_emu *e) {
    const struct rcc *r = rcc_of(e);

    if (!(r->reg[CR / 4] & HSEON) || !(r->reg[CR / 4] & PLLON) || !e->hse_khz ||
            !tn_emu_stm32_has_usb_supply(e)) {
        return 0;
    }
    return 1000 * (tn_emu_stm32_is_f4(e) ? f4_usb_khz(r, e->hse_khz) : l4_usb_khz(r, e->hse_khz));
}

bool tn_emu_stm32_is_on(struct tn_emu *e, enum tn_emu_stm32_bus bus, unsigned bit) {
    static const uint32_t l4[] = {[TN_EMU_STM32_PORTS] = AHB2ENR,
            [TN_EMU_STM32_APB1] = APB1ENR1,
            [TN_EMU_STM32_APB2] = APB2ENR};
    static const uint32_t f4[] = {[TN_EMU_STM32_PORTS] = F4_AHB1ENR,
            [TN_EMU_STM32_APB1] = F4_APB1ENR,
            [TN_EMU_STM32_APB2] = F4_APB2ENR};

    return rcc_of(e)->reg[(tn_emu_stm32_is_f4(e) ? f4 : l4)[bus] / 4] >> bit & 1;
}

// What is not 0 after a reset. The backup domain and the flags stay.
static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct rcc *r = state;
    uint32_t bdcr = r->reg[BDCR / 4];
    uint32_t csr = r->reg[CSR / 4];

    *r = (struct rcc){0};
    r->reg[CR / 4] = tn_emu_stm32_is_wl(e) ? WL_CR_RESET : L4_CR_RESET;
    r->reg[CFGR / 4] = tn_emu_stm32_is_wl(e) ? WL_CFGR_RESET : 0;
    r->reg[PLLCFGR / 4] = tn_emu_stm32_is_wl(e) ? 0 : L4_PLLCFGR_RESET;
    r->reg[BDCR / 4] = bdcr;
    r->reg[CSR / 4] = (csr & CSR_FLAGS) | flags[cause] |
            ((tn_emu_stm32_is_wl(e) ? WL_CSR_RESET : L4_CSR_RESET) & ~CSR_FLAGS);
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct rcc *r = state;
    uint32_t v = off < REGISTERS ? r->reg[off / 4] : 0;

    (void)size;
    switch (off) {
    case CR:
        // Ready one bit above on, as [none: RCC.CR, see CR_ON]
        v |= (v & CR_ON) << 1 | (v & CR_HSION ? CR_HSIRDY : 0);
        return e->hse_khz ? v : v & ~(uint32_t)HSERDY;
    case CFGR:
        return (v & ~(uint32_t)SWS) | (v & SW) << SWS_BIT;
    case CSR:
        return v | (v & CSR_LSION ? CSR_LSIRDY : 0);
    default:
        return v;
    }
}

static void reset_devices(struct tn_emu *e, uint32_t reg, uint32_t bits) {
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        for (size_t d = 0; d < e->chip->ndevices; d++) {
            const struct tn_emu_device *device = e->chip->devices[d];
            if (targets[i].device == device && targets[i].reg == reg &&
                    bits >> targets[i].bit & 1) {
                device->reset(e, tn_emu_state(e, device), TN_EMU_BY_PROGRAM);
            }
        }
    }
}

static void store(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct rcc *r = state;

    (void)size;
    if (off >= REGISTERS) {
        return;
    }
    if (off == CR) {
        value &= ~(uint32_t)(CR_ON << 1 | CR_HSIRDY);  // read only [none: RCC.CR, see CR_ON]
    }
    if (off == CSR) {
        uint32_t kept = value & CSR_RMVF ? 0 : r->reg[CSR / 4] & CSR_FLAGS;
        value = (value & ~(CSR_FLAGS | CSR_RMVF)) | kept;
    }
    r->reg[off / 4] = value;
    if (off >= AHB1RSTR && off < AHB1ENR) {
        reset_devices(e, off, value);
    }
    tn_emu_attend(e);
}

// ---- F2 and F4 -------------------------------------------------------------------------

static void reset_f4(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct rcc *r = state;
    uint32_t bdcr = r->reg[F4_BDCR / 4];
    uint32_t csr = r->reg[F4_CSR / 4] & CSR_FLAGS;

    (void)e;
    *r = (struct rcc){0};
    r->reg[CR / 4] = F4_CR_RESET;
    r->reg[F4_PLLCFGR / 4] = F4_PLLCFGR_RESET;
    r->reg[F4_BDCR / 4] = bdcr;
    r->reg[F4_CSR / 4] = csr | (cause == TN_EMU_BY_POWER ? F4_BY_POWER : flags[cause]);
}

static uint32_t load_f4(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct rcc *r = state;
    uint32_t v = off < REGISTERS ? r->reg[off / 4] : 0;

    (void)size;
    switch (off) {
    case CR:
        // [none: RCC.CR, see F4_CR_ON]
        v |= (v & F4_CR_ON) << 1;
        return e->hse_khz ? v : v & ~(uint32_t)HSERDY;
    case CFGR:
        return (v & ~(uint32_t)SWS) | (v & SW) << SWS_BIT;
    case F4_CSR:
        return v | (v & CSR_LSION ? CSR_LSIRDY : 0);
    default:
        return v;
    }
}

static void store_f4(struct tn_emu *e, void *state, uint32_t off, unsigned size, uint32_t value) {
    struct rcc *r = state;

    (void)size;
    if (off >= REGISTERS) {
        return;
    }
    if (off == CR) {
        value &= ~(uint32_t)(F4_CR_ON << 1);  // read only [none: RCC.CR, see F4_CR_ON]
    }
    if (off == F4_CSR) {
        uint32_t kept = value & F4_RMVF ? 0 : r->reg[F4_CSR / 4] & CSR_FLAGS;
        value = (value & CSR_LSION) | kept;
    }
    r->reg[off / 4] = value;
    if (off >= F4_AHB1RSTR && off <= F4_APB2RSTR) {
        reset_devices(e, off, value);
    }
    tn_emu_attend(e);
}

const struct tn_emu_device tn_emu_stm32f4_rcc = {
        .name = "RCC",
        .base = 0x40023800,
        .size = SIZE,
        .state_size = sizeof(struct rcc),
        .reset = reset_f4,
        .load = load_f4,
        .store = store_f4,
};

// ---- L4 and WL -------------------------------------------------------------------------

#define RCC(chip, at)                                                                              \
    const struct tn_emu_device tn_emu_##chip##_rcc = {                                             \
            .name = "RCC",                                                                         \
            .base = at,                                                                            \
            .size = SIZE,                                                                          \
            .state_size = sizeof(struct rcc),                                                      \
            .reset = reset,                                                                        \
            .load = load,                                                                          \
            .store = store,                                                                        \
    }

RCC(stm32l4, 0x40021000);
RCC(stm32wl, 0x58000000);
