// SPDX-License-Identifier: Apache-2.0
// Tests the emulated STM32L476 and STM32WLE5, then the STM32F207, F405 and F446: a driver that
// breaks a rule of the chip fails on them as on the chip. The programs are of a few instructions.
#include "base/compiler.h"
#include "emu/chip/chips.h"
#include "emu/core/emu.h"
#include "test.h"

enum {
    CODE = 0x1000,  // bytes that may be executed
    START = 0x40,
    NMI = 0x80,
    TABLE = 0x100,  // of the program's stores: address, value; an address of 0 ends it
    PAGE = 0x800,
    ROOM = 0x1800,  // offset of a double word in the fourth page

    ACR = 0x00,  // registers of the flash controller
    KEYR = 0x08,
    SR = 0x10,
    CR = 0x14,
    ECCR = 0x18,
    EOP = 1 << 0,
    PROGERR = 1 << 3,
    PGAERR = 1 << 5,
    SIZERR = 1 << 6,
    PGSERR = 1 << 7,
    PG = 1 << 0,
    PER = 1 << 1,
    BKER = 1 << 11,
    STRT = 1 << 16,
};
#define FLASH 0x08000000u
#define RAM 0x20000000u
#define KEY1 0x45670123u
#define KEY2 0xcdef89abu
#define LOCK 0x80000000u
#define ECCD 0x80000000u

// Carries out the stores of TABLE, then branches to itself.
static const uint16_t storer[] = {
        0x2008,  // movs r0, #8
        0x0600,  // lsls r0, #24
        0x2101,  // movs r1, #1
        0x0209,  // lsls r1, #8
        0x4308,  // orrs r0, r1
        0xc806,  // ldmia r0!, {r1, r2}
        0x2900,  // cmp r1, #0
        0xd001,  // beq end
        0x600a,  // str r2, [r1]
        0xe7fa,  // b ldmia
        0xe7fe,  // end: b end
};

// Loads from FLASH + ROOM: 0x18 << 8.
static const uint16_t loader[] = {
        0x2008,  // movs r0, #8
        0x0600,  // lsls r0, #24
        0x2118,  // movs r1, #0x18
        0x0209,  // lsls r1, #8
        0x4308,  // orrs r0, r1
        0x6800,  // ldr r0, [r0]
        0x46c0,  // nop
        0xe7fe,  // end: b end
};

static struct tn_emu emu;
static uint32_t ctrl;  // the flash controller's base

static const struct {
    const struct tn_emu_chip *chip;
    uint32_t ctrl, rcc;
} chips[] = {
        {&tn_emu_stm32l476, 0x40022000, 0x40021000},
        {&tn_emu_stm32wle5, 0x58004000, 0x58000000},
};

static void put(uint32_t off, uint32_t value) {
    memcpy(emu.flash + off, &value, 4);
}

static uint32_t get(uint32_t off) {
    uint32_t v;

    memcpy(&v, emu.flash + off, 4);
    return v;
}

static void begin_on(const struct tn_emu_chip *chip, const uint16_t *program, size_t size) {
    tn_emu_close(&emu);
    CHECK_EQ(tn_emu_open(&emu, chip, CODE), 0);
    put(0, RAM + 0x400);
    put(4, (FLASH + START) | 1);
    put(8, (FLASH + NMI) | 1);
    memcpy(emu.flash + START, program, size);
    memcpy(emu.flash + NMI, &storer[TN_LEN(storer) - 1], 2);
}

static void begin_with(unsigned nth, const uint16_t *program, size_t size) {
    begin_on(chips[nth].chip, program, size);
    ctrl = chips[nth].ctrl;
}

static void begin(unsigned nth) {
    begin_with(nth, storer, sizeof(storer));
}

// Runs the storer over pairs of address and value, after a reset.
static void stores(const uint32_t *pairs, size_t n) {
    memcpy(emu.flash + TABLE, pairs, n * 4);
    put(TABLE + (uint32_t)n * 4, 0);
    tn_emu_power_on(&emu, 1);
    CHECK_EQ(tn_emu_run(&emu), TN_EMU_IDLE);
}

#define STORES(...)                                                                                \
    stores((const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
#define KEYS ctrl + KEYR, KEY1, ctrl + KEYR, KEY2
#define DOUBLE_WORD(off, a, b) FLASH + (off), a, FLASH + (off) + 4, b

static uint32_t flags(void) {
    return tn_emu_load(&emu, ctrl + SR, 4);
}

static bool is_locked(void) {
    return tn_emu_load(&emu, ctrl + CR, 4) & LOCK;
}

TEST(a_double_word_is_programmed_by_two_words) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 0x11223344, 0x55667788), ctrl + CR, LOCK);
        CHECK_EQ(get(ROOM), 0x11223344u);
        CHECK_EQ(get(ROOM + 4), 0x55667788u);
        CHECK_EQ(emu.violations, 0);
        CHECK_EQ(emu.units, 1);
        CHECK_EQ(flags(), EOP);
        CHECK(is_locked());
    }
}

TEST(without_keys_nothing_is_programmed) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        STORES(ctrl + CR, PG, DOUBLE_WORD(ROOM, 1, 2));
        CHECK_EQ(get(ROOM), 0xffffffffu);
        CHECK_EQ(emu.units, 0);
        CHECK(emu.violations > 0);
        CHECK_EQ(flags(), PGSERR);
        STORES(ctrl + CR, PER | STRT);
        CHECK_EQ(emu.erases, 0);
        CHECK(emu.violations > 0);
    }
}

TEST(a_wrong_key_locks_until_the_next_reset) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        STORES(ctrl + KEYR, KEY2, KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 1, 2));
        CHECK(is_locked());
        CHECK_EQ(emu.units, 0);
        STORES(KEYS, KEYS);  // a key while it is open
        CHECK(is_locked());
        STORES(KEYS);
        CHECK(!is_locked());
    }
}

TEST(words_out_of_order_and_halves_are_refused) {
    static uint16_t halves[TN_LEN(storer)];

    begin(1);
    STORES(KEYS, ctrl + CR, PG, FLASH + ROOM + 4, 1, FLASH + ROOM, 2);
    CHECK(flags() & PGAERR);
    CHECK_EQ(emu.units, 0);
    STORES(KEYS, ctrl + CR, PG, FLASH + ROOM, 1, FLASH + ROOM + 12, 2);
    CHECK(flags() & PGAERR);
    CHECK_EQ(emu.units, 0);
    CHECK(emu.violations > 0);

    memcpy(halves, storer, sizeof(storer));
    halves[8] = 0x800a;  // strh r2, [r1]: the registers' upper halves are not written
    begin_with(1, halves, sizeof(halves));
    STORES(FLASH + ROOM, 1);
    CHECK_EQ(emu.units, 0);
    CHECK(emu.violations > 0);
}

TEST(a_double_word_is_programmed_once) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 0xffffffff, 0xfffffff0),
                DOUBLE_WORD(ROOM, 0xffffffff, 0xffffff00));
        CHECK_EQ(get(ROOM + 4), 0xfffffff0u);
        CHECK(flags() & PROGERR);
        CHECK_EQ(emu.violations, 1);
        // An error that is not cleared stops what follows.
        STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM + 8, 1, 2), DOUBLE_WORD(ROOM + 8, 1, 2),
                DOUBLE_WORD(ROOM + 16, 1, 2));
        CHECK(flags() & PGSERR);
        CHECK_EQ(get(ROOM + 16), 0xffffffffu);
        STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM + 24, 1, 2), DOUBLE_WORD(ROOM + 24, 1, 2),
                ctrl + SR, PROGERR, DOUBLE_WORD(ROOM + 16, 1, 2));
        CHECK_EQ(get(ROOM + 16), 1);
    }
}

TEST(zeros_may_follow) {
    begin(1);
    STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 1, 2), DOUBLE_WORD(ROOM, 0, 0));
    CHECK_EQ(get(ROOM), 0);
    CHECK_EQ(get(ROOM + 4), 0);
    CHECK_EQ(emu.violations, 0);
}

TEST(an_erase_clears_the_page_of_its_number) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        memset(emu.flash + 2 * PAGE, 0, 3 * PAGE);
        STORES(KEYS, ctrl + CR, PER | 3 << 3, ctrl + CR, PER | 3 << 3 | STRT);
        CHECK_EQ(get(3 * PAGE - 4), 0);
        CHECK_EQ(get(3 * PAGE), 0xffffffffu);
        CHECK_EQ(get(4 * PAGE - 4), 0xffffffffu);
        CHECK_EQ(get(4 * PAGE), 0);
        CHECK_EQ(emu.erases, 1);
        CHECK_EQ(emu.violations, 0);
        CHECK(tn_emu_us(&emu) > 22000);
    }
}

TEST(the_second_bank_has_a_bit_of_its_own) {
    enum { BANK = 0x80000 };

    begin(0);
    memset(emu.flash + 3 * PAGE, 0, PAGE);
    memset(emu.flash + BANK + 3 * PAGE, 0, PAGE);
    STORES(KEYS, ctrl + CR, PER | 3 << 3 | BKER, ctrl + CR, PER | 3 << 3 | BKER | STRT);
    CHECK_EQ(get(3 * PAGE), 0);
    CHECK_EQ(get(BANK + 3 * PAGE), 0xffffffffu);
}

TEST(an_erase_while_programming_is_selected_is_refused) {
    begin(1);
    STORES(KEYS, ctrl + CR, PG | PER | 3 << 3 | STRT);
    CHECK_EQ(emu.erases, 0);
    CHECK_EQ(flags(), PGSERR);
}

// Cuts the write of a double word so that its ECC is wrong.
static void spoil(void) {
    const struct tn_emu_op op = {.off = ROOM, .len = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}};

    for (uint32_t seed = 0; !emu.nbad; seed++) {
        tn_emu_tear(&emu, &op, seed);
    }
}

TEST(a_wrong_ecc_raises_an_nmi) {
    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin_with(i, loader, sizeof(loader));
        CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_IDLE);
        CHECK(emu.pc < FLASH + NMI);
        spoil();
        CHECK_EQ(tn_emu_boot(&emu, 1, 0), TN_EMU_IDLE);
        CHECK_EQ(emu.pc, FLASH + NMI);
        CHECK_EQ(tn_emu_load(&emu, ctrl + ECCR, 4), ECCD | ROOM);
        // Anything but zeros is refused, and an erase mends it.
        begin(i);
        spoil();
        STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 1, 2));
        CHECK(flags() & PROGERR);
        STORES(KEYS, ctrl + CR, PER | 3 << 3 | STRT);
        CHECK_EQ(emu.nbad, 0);
    }
}

TEST(flags_tell_the_cause_of_a_reset_until_they_are_cleared) {
    enum { CSR = 0x94 };

    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        uint32_t csr = chips[i].rcc + CSR;
        begin(i);
        STORES(chips[i].rcc, 0x61);
        CHECK_EQ(tn_emu_load(&emu, csr, 4) >> 25, 6);  // BOR, pin
        STORES(csr, 1u << 23, 0xe000ed0c, 0);
        CHECK_EQ(tn_emu_load(&emu, csr, 4) >> 25, 0);
        tn_emu_reset(&emu);
        CHECK_EQ(tn_emu_load(&emu, csr, 4) >> 25, 2);  // pin
    }
}

TEST(a_device_without_its_clock_takes_no_notice) {
    enum { USART2_BRR = 0x4400 + 0x0c };
    const uint32_t brr = 0x40000000 + USART2_BRR;

    for (unsigned i = 0; i < TN_LEN(chips); i++) {
        begin(i);
        STORES(brr, 139);
        CHECK_EQ(tn_emu_load(&emu, brr, 4), 0);
        STORES(chips[i].rcc + 0x58, 1u << 17, brr, 139);
        CHECK_EQ(tn_emu_load(&emu, brr, 4), 139);
        STORES(chips[i].rcc + 0x58, 1u << 17, brr, 139, chips[i].rcc + 0x38, 1u << 17);
        CHECK_EQ(tn_emu_load(&emu, brr, 4), 0);
    }
}

TEST(the_watchdog_takes_its_time_behind_a_key) {
    enum { PR = 4, RLR = 8 };
    const uint32_t iwdg = 0x40003000;

    begin(1);
    STORES(iwdg, 0xcccc, iwdg + PR, 6, iwdg + RLR, 124, iwdg, 0xaaaa);
    CHECK(emu.watchdog.running);
    CHECK_EQ(emu.watchdog.timeout_ms, 512);  // as after a reset
    STORES(iwdg, 0xcccc, iwdg, 0x5555, iwdg + PR, 6, iwdg + RLR, 124, iwdg, 0xaaaa);
    CHECK_EQ(emu.watchdog.timeout_ms, 1000);
}

// ---- F2 and F4 -------------------------------------------------------------------------

enum {
    F4_KEYR = 0x04,
    F4_SR = 0x0c,
    F4_CR = 0x10,
    F4_ROOM = 0x4010,  // in the second sector
    F4_PGAERR = 1 << 5,
    F4_PGPERR = 1 << 6,
    F4_PGSERR = 1 << 7,
    F4_PG = 1 << 0,
    F4_SER = 1 << 1,
    F4_MER = 1 << 2,
    WORDS = 2 << 8,  // PSIZE
    BYTES = 0 << 8,
};
#define F4_KEYS ctrl + F4_KEYR, KEY1, ctrl + F4_KEYR, KEY2

static const struct tn_emu_chip *const f4_chips[] = {
        &tn_emu_stm32f207, &tn_emu_stm32f405, &tn_emu_stm32f446};

static void begin_f4(unsigned nth) {
    begin_on(f4_chips[nth], storer, sizeof(storer));
    ctrl = 0x40023c00;
}

static uint32_t f4_flags(void) {
    return tn_emu_load(&emu, ctrl + F4_SR, 4);
}

static bool f4_is_locked(void) {
    return tn_emu_load(&emu, ctrl + F4_CR, 4) & LOCK;
}

TEST(f4_a_word_is_programmed_behind_its_keys) {
    for (unsigned i = 0; i < TN_LEN(f4_chips); i++) {
        begin_f4(i);
        STORES(F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 0x11223344, ctrl + F4_CR,
                LOCK);
        CHECK_EQ(get(F4_ROOM), 0x11223344u);
        CHECK_EQ(emu.violations, 0);
        CHECK_EQ(emu.units, 1);
        CHECK_EQ(f4_flags(), EOP);
        CHECK(f4_is_locked());
        CHECK(tn_emu_us(&emu) >= 16);  // the core stood still
    }
}

TEST(f4_without_keys_nothing_is_programmed_or_erased) {
    for (unsigned i = 0; i < TN_LEN(f4_chips); i++) {
        begin_f4(i);
        STORES(ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1);
        CHECK_EQ(get(F4_ROOM), 0xffffffffu);
        CHECK_EQ(emu.units, 0);
        CHECK(emu.violations > 0);
        CHECK_EQ(f4_flags(), F4_PGSERR);
        STORES(ctrl + F4_CR, F4_SER | 1 << 3 | STRT);
        CHECK_EQ(emu.erases, 0);
        CHECK(emu.violations > 0);
    }
}

TEST(f4_a_wrong_key_locks_until_the_next_reset) {
    begin_f4(1);
    STORES(ctrl + F4_KEYR, KEY2, F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1);
    CHECK(f4_is_locked());
    CHECK_EQ(emu.units, 0);
    STORES(F4_KEYS, F4_KEYS);  // a key while it is open
    CHECK(f4_is_locked());
    STORES(F4_KEYS);
    CHECK(!f4_is_locked());
}

TEST(f4_a_store_of_another_size_or_place_is_refused) {
    static uint16_t halves[TN_LEN(storer)];

    begin_f4(1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | BYTES, FLASH + F4_ROOM, 1);
    CHECK_EQ(f4_flags(), F4_PGPERR);
    CHECK_EQ(emu.units, 0);
    CHECK(emu.violations > 0);
    // The flags stop what follows, until they are cleared.
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | BYTES, FLASH + F4_ROOM, 1, ctrl + F4_CR, F4_PG | WORDS,
            FLASH + F4_ROOM, 1);
    CHECK_EQ(emu.units, 0);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | BYTES, FLASH + F4_ROOM, 1, ctrl + F4_SR, F4_PGPERR,
            ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1);
    CHECK_EQ(get(F4_ROOM), 1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM + 18, 1);
    CHECK_EQ(get(F4_ROOM + 16), 0xffffffffu);
    CHECK(f4_flags() & F4_PGAERR);
    CHECK(emu.violations > 0);

    memcpy(halves, storer, sizeof(storer));
    halves[8] = 0x800a;  // strh r2, [r1]
    begin_on(f4_chips[1], halves, sizeof(halves));
    STORES(FLASH + F4_ROOM, 1);
    CHECK_EQ(emu.units, 0);
    CHECK(emu.violations > 0);
}

TEST(f4_a_second_write_only_clears_bits) {
    begin_f4(1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 0xfffffff0, FLASH + F4_ROOM,
            0xffff00ff);
    CHECK_EQ(get(F4_ROOM), 0xffff00f0u);
    CHECK_EQ(emu.violations, 0);
}

TEST(f4_an_erase_clears_the_sector_of_its_number) {
    // Number, beginning, size.
    static const uint32_t rows[][3] = {{1, 0x4000, 0x4000}, {4, 0x10000, 0x10000},
            {5, 0x20000, 0x20000}, {7, 0x60000, 0x20000}};

    for (unsigned i = 0; i < TN_LEN(f4_chips); i++) {
        for (unsigned k = 0; k < TN_LEN(rows); k++) {
            uint32_t begin = rows[k][1], end = begin + rows[k][2];
            begin_f4(i);
            memset(emu.flash + begin - 4, 0, rows[k][2] + (end < f4_chips[i]->flash_size ? 8 : 4));
            STORES(F4_KEYS, ctrl + F4_CR, F4_SER | rows[k][0] << 3 | WORDS, ctrl + F4_CR,
                    F4_SER | rows[k][0] << 3 | WORDS | STRT);
            CHECK_EQ(get(begin - 4), 0);
            CHECK_EQ(get(begin), 0xffffffffu);
            CHECK_EQ(get(end - 4), 0xffffffffu);
            CHECK(end == f4_chips[i]->flash_size || get(end) == 0);
            CHECK_EQ(emu.erases, 1);
            CHECK_EQ(emu.violations, 0);
            CHECK(tn_emu_us(&emu) >= 250000);
        }
    }
}

TEST(f4_a_sector_that_is_not_there_is_refused) {
    static const uint32_t last[] = {11, 11, 7};

    for (unsigned i = 0; i < TN_LEN(f4_chips); i++) {
        begin_f4(i);
        STORES(F4_KEYS, ctrl + F4_CR, F4_SER | (last[i] + 1) << 3 | STRT);
        CHECK_EQ(emu.erases, 0);
        CHECK_EQ(f4_flags(), F4_PGSERR);
        CHECK(emu.violations > 0);
    }
}

TEST(f4_an_erase_with_something_else_selected_is_refused) {
    begin_f4(1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | F4_SER | 1 << 3 | STRT);
    CHECK_EQ(emu.erases, 0);
    CHECK_EQ(f4_flags(), F4_PGSERR);
    STORES(F4_KEYS, ctrl + F4_CR, F4_MER | F4_SER | 1 << 3 | STRT);
    CHECK_EQ(emu.erases, 0);
}

TEST(a_cache_that_was_not_emptied_is_not_switched_on) {
    enum { ICEN = 1 << 9, DCEN = 1 << 10, ICRST = 1 << 11, DCRST = 1 << 12 };

    begin_f4(1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1, ctrl, DCEN);
    CHECK_EQ(emu.violations, 1);
    STORES(F4_KEYS, ctrl, DCEN, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1, ctrl,
            DCEN | DCRST);  // not while it is on
    CHECK_EQ(emu.violations, 1);
    STORES(F4_KEYS, ctrl + F4_CR, F4_PG | WORDS, FLASH + F4_ROOM, 1, ctrl, ICRST | DCRST, ctrl, 0,
            ctrl, ICEN | DCEN);
    CHECK_EQ(emu.violations, 0);
    begin(0);
    STORES(KEYS, ctrl + CR, PG, DOUBLE_WORD(ROOM, 1, 2), ctrl, ICEN | DCEN);
    CHECK_EQ(emu.violations, 1);
    STORES(KEYS, ctrl, 0, ctrl + CR, PG, DOUBLE_WORD(ROOM, 0, 0), ctrl, ICRST | DCRST, ctrl,
            ICEN | DCEN);
    CHECK_EQ(emu.violations, 0);
}

// ---- Pins of a USART -------------------------------------------------------------------

static unsigned sent;

static void on_byte(struct tn_emu *e, unsigned line, uint8_t byte) {
    (void)e, (void)line;
    sent += byte == 0x55;
}

// Sends a byte by USART2 at PA2, which has this mode and this function.
static void send_by(unsigned nth, uint32_t moder, uint32_t afrl) {
    const uint32_t usart = 0x40004400;
    bool is_f4 = nth >= TN_LEN(chips);
    uint32_t rcc = is_f4 ? 0x40023800 : chips[nth].rcc;
    uint32_t gpio = is_f4 ? 0x40020000 : 0x48000000;

    if (is_f4) {
        begin_f4(1);
    } else {
        begin(nth);
    }
    sent = 0;
    emu.on_byte = on_byte;
    STORES(rcc + (is_f4 ? 0x30 : 0x4c), 1, rcc + (is_f4 ? 0x40 : 0x58), 1u << 17, gpio, moder,
            gpio + 0x20, afrl, usart + (is_f4 ? 0x08 : 0x0c), 139, usart + (is_f4 ? 0x0c : 0x00),
            is_f4 ? 0x200c : 0x0d, usart + (is_f4 ? 0x04 : 0x28), 0x55);
}

TEST(a_usart_sends_by_a_pin_of_its_own_alone) {
    for (unsigned i = 0; i <= TN_LEN(chips); i++) {
        send_by(i, 2u << 4, 7u << 8);
        CHECK_EQ(sent, 1);
        send_by(i, 2u << 4, 8u << 8);  // another function
        CHECK_EQ(sent, 0);
        send_by(i, 1u << 4, 7u << 8);  // an output
        CHECK_EQ(sent, 0);
        send_by(i, 2u << 2, 7u << 4);  // PA1
        CHECK_EQ(sent, 0);
        send_by(i, 2u << 6, 7u << 12);  // PA3, which receives
        CHECK_EQ(sent, 0);
    }
}
