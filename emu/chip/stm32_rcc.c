// SPDX-License-Identifier: Apache-2.0
// Clocks and resets. Sources: ST, RM0351 chapter 6, RM0461 chapter 6, RM0090 chapter 7, RM0033
// chapter 5.
//
// Oscillators are ready at once. A PLL's clock is taken for 48 MHz.
#include "emu/core/emu.h"
#include "stm32_priv.h"

enum {
    CR = 0x00,
    CFGR = 0x08,
    RSTR = 0x28,  // AHB1RSTR to APB2RSTR (the WL's APB3RSTR)
    RSTR_END = 0x48,
    BDCR = 0x90,
    CSR = 0x94,
    SIZE = 0x400,
    REGISTERS = 0x110,
    SW = 3,
    SW_MSI = 0,
    SW_HSI = 1,
    CR_ON = 1 << 0 | 1 << 16 | 1 << 24,  // MSION, HSEON, PLLON: ready is the bit above
    CR_HSION = 1 << 8,
    CR_HSIRDY = 1 << 10,
    CSR_LSION = 1,
    MSI_4MHZ = 6,  // MSIRANGE after a reset
};
#define CSR_RMVF (1u << 23)
#define CSR_FLAGS 0xfe000000u
#define PIN (1u << 26)

struct rcc {
    uint32_t reg[REGISTERS / 4];
};

// Flags of CSR. A reset of the chip's own pulls the pin too.
static const uint32_t flags[] = {
        [TN_EMU_BY_POWER] = 1u << 27 | PIN,
        [TN_EMU_BY_PIN] = PIN,
        [TN_EMU_BY_PROGRAM] = 1u << 28 | PIN,
        [TN_EMU_BY_LOCKUP] = PIN,  // the chip itself does not reset
        [TN_EMU_BY_WATCHDOG] = 1u << 29 | PIN,
};

// The devices that an RSTR register resets.
static const struct {
    uint32_t reg;
    unsigned bit;
    const struct tn_emu_device *device;
} targets[] = {
        {0x38, 0, &tn_emu_stm32l4_timer2},
        {0x38, 0, &tn_emu_stm32wl_timer2},
        {0x38, 17, &tn_emu_stm32l4_usart2},
        {0x38, 17, &tn_emu_stm32wl_usart2},
        {0x40, 14, &tn_emu_stm32l4_usart1},
        {0x40, 14, &tn_emu_stm32wl_usart1},
        {0x20, 0, &tn_emu_stm32f4_timer2},
        {0x20, 17, &tn_emu_stm32f4_usart2},
        {0x20, 18, &tn_emu_stm32f4_usart3},
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
    uint32_t range = r->reg[CR / 4] >> 3 & 1 ? r->reg[CR / 4] >> 4 & 15 : MSI_4MHZ;

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

bool tn_emu_stm32_is_on(struct tn_emu *e, enum tn_emu_stm32_bus bus, unsigned bit) {
    static const uint32_t l4[] = {
            [TN_EMU_STM32_PORTS] = 0x4c, [TN_EMU_STM32_APB1] = 0x58, [TN_EMU_STM32_APB2] = 0x60};
    static const uint32_t f4[] = {
            [TN_EMU_STM32_PORTS] = 0x30, [TN_EMU_STM32_APB1] = 0x40, [TN_EMU_STM32_APB2] = 0x44};

    return rcc_of(e)->reg[(tn_emu_stm32_is_f4(e) ? f4 : l4)[bus] / 4] >> bit & 1;
}

// What is not 0 after a reset. The backup domain and the flags stay.
static void reset(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct rcc *r = state;
    uint32_t bdcr = r->reg[BDCR / 4];
    uint32_t csr = r->reg[CSR / 4];

    *r = (struct rcc){0};
    r->reg[CR / 4] = tn_emu_stm32_is_wl(e) ? 0x61 : 0x63;
    r->reg[CFGR / 4] = tn_emu_stm32_is_wl(e) ? 0x70000 : 0;
    r->reg[BDCR / 4] = bdcr;
    r->reg[CSR / 4] = (csr & CSR_FLAGS) | flags[cause] | (tn_emu_stm32_is_wl(e) ? 0xc600 : 0x600);
}

static uint32_t load(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct rcc *r = state;
    uint32_t v = off < REGISTERS ? r->reg[off / 4] : 0;

    (void)e, (void)size;
    switch (off) {
    case CR:
        return v | (v & CR_ON) << 1 | (v & CR_HSION ? CR_HSIRDY : 0u);
    case CFGR:
        return (v & ~0xcu) | (v & SW) << 2;
    case CSR:
        return v | (v & CSR_LSION) << 1;
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
        value &= ~(uint32_t)(CR_ON << 1 | CR_HSIRDY);  // read only
    }
    if (off == CSR) {
        uint32_t kept = value & CSR_RMVF ? 0 : r->reg[CSR / 4] & CSR_FLAGS;
        value = (value & ~(CSR_FLAGS | CSR_RMVF)) | kept;
    }
    r->reg[off / 4] = value;
    if (off >= RSTR && off < RSTR_END) {
        reset_devices(e, off, value);
    }
    tn_emu_attend(e);
}

// ---- F2 and F4 -------------------------------------------------------------------------

enum {
    F4_RSTR = 0x10,  // AHB1RSTR to APB2RSTR
    F4_RSTR_END = 0x28,
    F4_CSR = 0x74,
    F4_BDCR = 0x70,
};
#define F4_RMVF (1u << 24)
#define F4_BY_POWER 0x0e000000u  // PORRSTF, PINRSTF, BORRSTF

static void reset_f4(struct tn_emu *e, void *state, enum tn_emu_cause cause) {
    struct rcc *r = state;
    uint32_t bdcr = r->reg[F4_BDCR / 4];
    uint32_t csr = r->reg[F4_CSR / 4] & CSR_FLAGS;

    (void)e;
    *r = (struct rcc){0};
    r->reg[CR / 4] = 0x81;  // HSION, and its trim
    r->reg[F4_BDCR / 4] = bdcr;
    r->reg[F4_CSR / 4] = csr | (cause == TN_EMU_BY_POWER ? F4_BY_POWER : flags[cause]);
}

static uint32_t load_f4(struct tn_emu *e, void *state, uint32_t off, unsigned size) {
    const struct rcc *r = state;
    uint32_t v = off < REGISTERS ? r->reg[off / 4] : 0;

    (void)e, (void)size;
    switch (off) {
    case CR:
        return v | (v & (1u << 0 | 1u << 16 | 1u << 24)) << 1;
    case CFGR:
        return (v & ~0xcu) | (v & SW) << 2;
    case F4_CSR:
        return v | (v & CSR_LSION) << 1;
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
    if (off == F4_CSR) {
        uint32_t kept = value & F4_RMVF ? 0 : r->reg[F4_CSR / 4] & CSR_FLAGS;
        value = (value & 1) | kept;
    }
    r->reg[off / 4] = value;
    if (off >= F4_RSTR && off < F4_RSTR_END) {
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
